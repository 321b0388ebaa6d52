"""Sources that a user names → their texts."""

import os
import sys
from pathlib import Path

from trailboss.cli.ansible_inventory import list_inventory
from trailboss.imports import Text
from trailboss.imports.json_text import looks_like_json
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem

_STDIN = "-"


def read_texts(kind: str, sources: list[str]) -> list[Text]:
    """Read every source; those of Ansible that are not JSON yet are read by Ansible, all together as it does.

    Raises:
        BadInput: with every source that cannot be read.
    """
    problems: list[Problem] = []
    texts: list[Text] = []
    inventories: list[str] = []
    if sources.count(_STDIN) > 1:
        problems.append(Problem(file=_STDIN, document=0, message="standard input can be read once only"))
    for source in dict.fromkeys(sources):
        if kind == "ansible" and _for_ansible(source):
            inventories.append(source)
            continue
        try:
            texts.append(Text(name=source, content=_content(kind, source)))
        except BadInput as error:
            problems.extend(error.problems)
    if problems:
        raise BadInput(tuple(problems))
    return [*texts, *([list_inventory(inventories)] if inventories else [])]


def _for_ansible(source: str) -> bool:
    """Tell whether only Ansible can read it: anything but JSON in a plain file, or on standard input."""
    path = Path(source)
    if source == _STDIN:
        return False
    if not path.is_file():
        # A list of hosts with commas is an inventory, too.
        return path.is_dir() or "," in source
    return os.access(path, os.X_OK) or not looks_like_json(Text(name=source, content=_content("ansible", source)))


def _content(kind: str, source: str) -> str:
    path = Path(source)
    if kind == "terraform" and path.is_dir():
        path /= "terraform.tfstate"
        if not path.exists():
            allowed = "a state file; of a remote state: `terraform show -json | trailboss import terraform -`"
            raise _refused(source, "no terraform.tfstate in this folder", allowed)
    try:
        data = sys.stdin.buffer.read() if source == _STDIN else path.read_bytes()
    except OSError as error:
        raise _refused(source, f"cannot be read: {error.strerror}", "a file, or - for standard input") from error
    try:
        # PowerShell's > writes UTF-16 with a mark.
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError as error:
        raise _refused(source, "not a text in UTF-8", "UTF-8") from error


def _refused(source: str, message: str, allowed: str) -> BadInput:
    return BadInput((Problem(file=source, document=0, message=message, allowed=allowed),))
