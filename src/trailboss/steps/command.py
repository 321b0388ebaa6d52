import hashlib

from trailboss.model.base import Frozen


class Command(Frozen):
    """One effect that is still missing on a machine.

    `summary`: what it does, in the imperative ("write /etc/…"). `script`: bash, run as root with `set -eu`; it may run
    twice, and may have died half-way before.
    """

    summary: str
    script: str


def combine(commands: list[Command]) -> str:
    """Return one script of several commands; it stops at the first that fails, and says which that was."""
    header = """set -eu
doing=; trap '[ $? = 0 ] || echo "failed: $doing" >&2' EXIT"""
    # Each in a subshell of its own: a command may set traps, leave the directory, define functions.
    parts = [f'doing={quoted(one.summary)}; echo "$doing"\n(\n{one.script.rstrip()}\n)' for one in commands]
    return "\n".join([header, *parts, ""])


def quoted(text: str) -> str:
    """Quote as one word of bash, always with quotes, so that scripts of different values look alike."""
    return "'" + text.replace("'", "'\\''") + "'"


def digest(content: str) -> str:
    """Return what sha256sum says of a file with this content."""
    return hashlib.sha256(content.encode()).hexdigest()
