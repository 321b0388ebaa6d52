"""Writing files from a script: whole or not at all, and never by way of a command line, which others could read."""

import re
from collections.abc import Iterable

from trailboss.facts import MachineFacts
from trailboss.steps.command import Command, digest, quoted

_END = "TRAILBOSS_FILE_END"
_WRITTEN = re.compile(rf"cat > '(\S+)\.trailboss-new' \) <<'{_END}'\n(.*?){_END}", re.DOTALL)


def write(path: str, content: str, mode: str = "0644") -> str:
    """Return the script that puts `content` at `path`.

    The file gets its name only when it is whole and on disk; before that it is readable by root alone. `content` ends
    with a line feed.

    Raises:
        ValueError: `content` cannot be carried in a here-document.
    """
    if not content.endswith("\n") or _END in content:
        raise ValueError(f"{path}: content must end with a line feed and not contain {_END}")
    folder, new = quoted(path.rpartition("/")[0]), quoted(f"{path}.trailboss-new")
    return (
        f"mkdir -p {folder}\n"
        f"( umask 077; cat > {new} ) <<'{_END}'\n{content}{_END}\n"
        f"chmod {mode} {new}; sync {new}; mv -f {new} {quoted(path)}\n"
    )


def wanted(facts: MachineFacts, path: str, content: str, *, mode: str = "0644", then: str = "") -> list[Command]:
    """Return the command that writes `path` unless its content is right already; `then` is run after writing."""
    if facts.files.get(path) == digest(content):
        return []
    return [Command(summary=f"write {path}", script=write(path, content, mode) + then)]


def written(commands: Iterable[Command]) -> dict[str, str]:
    """Return what `commands` write, as facts have it: path → SHA-256 of the content."""
    return {path: digest(content) for command in commands for path, content in _WRITTEN.findall(command.script)}
