"""Prints the part of a lock file of uv that some packages need: `runtime_lock.py LOCK ROOT… [--without NAME…]`.

A lock says of each package what asked for it (`# via`); what a root, or what it asked for, asked for stays, hashes and
all. A root is a package of the lock, or a project as the lock names it: `trailboss (pyproject.toml)`. No dependencies:
it runs before there are any.
"""

import re
import sys
from pathlib import Path


def main(lock: str, *words: str) -> None:
    cut = words.index("--without") if "--without" in words else len(words)
    sys.stdout.write(part(Path(lock).read_text(), words[:cut], words[cut + 1 :]))


def part(lock: str, roots: tuple[str, ...], without: tuple[str, ...] = ()) -> str:
    """Return the blocks of all packages that the roots lead to. Raises SystemExit where a root leads nowhere."""
    blocks = {_name(block): block for block in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE) if "==" in block}
    askers = {name: _askers(block) for name, block in blocks.items()}
    kept: set[str] = {root for root in roots if root in blocks}
    while more := {name for name, by in askers.items() if by & (kept | set(roots))} - kept - set(without):
        kept |= more
    if lost := [root for root in roots if root not in kept and not any(root in by for by in askers.values())]:
        raise SystemExit(f"nothing in the lock file is asked for by {', '.join(lost)}")
    return "".join(blocks[name] for name in sorted(kept))


def _name(block: str) -> str:
    return re.split(r"[=\[ ]", block, maxsplit=1)[0]


def _askers(block: str) -> set[str]:
    """What stands behind `# via`, on its line or on those below it."""
    told = block.partition("# via")[2]
    return {line.strip().removeprefix("#").strip() for line in told.splitlines()} - {""}


if __name__ == "__main__":
    main(*sys.argv[1:])
