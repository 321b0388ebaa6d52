"""What steps have written on one host, out of the folder where each keeps its output and its exit status."""

import base64
import binascii
import shlex
from collections.abc import Mapping

from pydantic import computed_field

from trailboss.model.base import Frozen

FOLDER = "/var/lib/trailboss/steps"
_MARK = "@@trailboss-step"
_MOST_BYTES = 256 * 1024
_WORDS = 6  # of a record: key, begun, ended, state, size, output


class StepLog(Frozen):
    """One step on one machine. `key`: its folder's name; `at`: when it last wrote, seconds since the epoch of its host.

    `state`: "running", "interrupted" (its host went down), or the exit status as text. `size`: bytes of the whole
    output; `output`: the end of it, or what is new.
    """

    machine: str
    key: str
    at: int
    state: str
    size: int
    output: str

    @computed_field  # type: ignore[prop-decorator]
    @property
    def step(self) -> str:
        """Return the step's own name, as `trailboss status` has it; the key, where it is of another form."""
        parts = self.key.split("-")
        versions = [number for number, part in enumerate(parts) if part.count(".") == 2]  # noqa: PLR2004 - X.Y.Z
        return "-".join(parts[versions[-1] + 1 :]) if versions else self.key


def script(*, newest: int, lines: int, seen: Mapping[str, int] | None = None) -> str:
    """Return the script that prints the `newest` steps; it changes nothing.

    `lines`: so many of the end of each output. `seen`: key → bytes that are known; of these steps, what came after.
    """
    known = "".join(f"{shlex.quote(key)}) from={size + 1};;" for key, size in (seen or {}).items())
    return f"""cd {FOLDER} 2>/dev/null || exit 0
ls -1tr | tail -n {newest} | while IFS= read -r key; do
  [ -f "$key/output" ] || continue
  from=; case $key in {known} *) ;; esac
  size=$(stat -c %s "$key/output")
  if [ -f "$key/exit" ]; then state=$(cat "$key/exit"); at=$(stat -c %Y "$key/exit")
  else
    at=$(stat -c %Y "$key/output")
    if systemctl is-active -q "trailboss-step-$key.service"; then state=running; else state=interrupted; fi
  fi
  printf '{_MARK} %s %s %s %s ' "$key" "$at" "$state" "$size"
  if [ -n "$from" ]; then tail -c "+$from" "$key/output"; else tail -n {lines} "$key/output"; fi |
    head -c {_MOST_BYTES} | base64 -w 0
  echo
done
"""


def parse(machine: str, output: str) -> tuple[StepLog, ...]:
    """Return what the script printed; a record that came only in part is left out."""
    records = (line.split(" ") for line in output.splitlines() if line.startswith(f"{_MARK} "))
    return tuple(log for record in records if (log := _log(machine, record)) is not None)


def _log(machine: str, record: list[str]) -> StepLog | None:
    if len(record) != _WORDS or not (record[2].isdigit() and record[4].isdigit()):
        return None
    try:
        text = base64.b64decode(record[5], validate=True).decode(errors="replace")
    except binascii.Error:
        return None
    return StepLog(machine=machine, key=record[1], at=int(record[2]), state=record[3], size=int(record[4]), output=text)
