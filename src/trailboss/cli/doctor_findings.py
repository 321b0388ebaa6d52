"""What `trailboss doctor` finds: one line for each thing that it has looked at."""

from typing import Literal

from trailboss.model.base import Frozen

State = Literal["ok", "warn", "fail"]


class Finding(Frozen):
    """One thing looked at. `about`: what of; `check`: its name; `mend`: what to do, "" where all is well."""

    about: str
    check: str
    state: State = "ok"
    found: str
    mend: str = ""


def ok(about: str, check: str, found: str) -> Finding:
    return Finding(about=about, check=check, found=found)


def warn(about: str, check: str, found: str, mend: str) -> Finding:
    return Finding(about=about, check=check, state="warn", found=found, mend=mend)


def fail(about: str, check: str, found: str, mend: str) -> Finding:
    return Finding(about=about, check=check, state="fail", found=found, mend=mend)
