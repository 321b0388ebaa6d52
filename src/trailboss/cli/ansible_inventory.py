"""Has Ansible read inventories: its own loader knows INI, YAML, folders, scripts, plugins, ranges and variables."""

import importlib.util
import os
import shutil
import subprocess
import sys

from trailboss.imports import Text
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem

_WITHIN_SECONDS = 300
"""Scripts and plugins ask clouds, which takes its time."""
_LONGEST = 300
_ENVIRONMENT = {
    # A source that cannot be read must not just be missing.
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
    "ANSIBLE_FORCE_COLOR": "0",
    "ANSIBLE_NOCOLOR": "1",
    # Ansible refuses to start where texts are not in UTF-8.
    "LC_ALL": "C.UTF-8",
}


def list_inventory(sources: list[str]) -> Text:
    """Return what `ansible-inventory --list` prints of all sources together.

    Raises:
        BadInput: Ansible is not there, or cannot read them.
    """
    name = ", ".join(sources)
    command = [*_program(name), *(word for source in sources for word in ("-i", source)), "--list"]
    try:
        ended = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **_ENVIRONMENT},
            timeout=_WITHIN_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise _refused(name, f"Ansible has not read it within {_WITHIN_SECONDS} s", "") from error
    if ended.returncode != 0:
        allowed = "an inventory that `ansible-inventory --list -i …` reads; for vaults, ANSIBLE_VAULT_PASSWORD_FILE"
        raise _refused(name, f"Ansible cannot read it: {_reason(ended.stderr)}", allowed)
    return Text(name=name, content=ended.stdout)


def _program(name: str) -> list[str]:
    """Return the command: the user's own, which has their collections, else that of Trailboss's environment."""
    if found := shutil.which("ansible-inventory"):
        return [found]
    if importlib.util.find_spec("ansible") is not None:
        return [sys.executable, "-m", "ansible", "inventory"]
    allowed = (
        "pip install 'trailboss[ansible]', or ansible-core by itself; or, where Ansible is installed elsewhere,"
        " `ansible-inventory --list -i … | trailboss import ansible -`"
    )
    raise _refused(name, "only Ansible can read it, and it is not installed here", allowed)


def _reason(errors: str) -> str:
    """Return Ansible's own words, and not the lines of files that it quotes, which may hold passwords."""
    lines = [" ".join(line.split()) for line in errors.splitlines()]
    told = [line for line in lines if line.startswith(("ERROR", "[ERROR]"))] or [line for line in lines if line][-1:]
    return told[0][:_LONGEST] if told else "it told no reason"


def _refused(source: str, message: str, allowed: str) -> BadInput:
    return BadInput((Problem(file=source, document=0, message=message, allowed=allowed),))
