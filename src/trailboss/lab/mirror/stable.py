"""release/stable-1.N.txt, as on dl.k8s.io: the newest patch of each minor, here of those that the mirror holds."""

import re
from pathlib import Path

from trailboss.lab.mirror.digests import write_whole
from trailboss.lab.mirror.layout import VersionLayout
from trailboss.lab.mirror.sums import is_complete

_FINAL = re.compile(r"v(\d+)\.(\d+)\.(\d+)")


def write_stable(root: Path) -> None:
    """Write the file of every minor of which a release is complete; pre-releases do not count."""
    newest: dict[tuple[int, int], int] = {}
    for folder in (root / "release").glob("v*"):
        found = _FINAL.fullmatch(folder.name)
        if found and is_complete(VersionLayout(root, folder.name)):
            major, minor, patch = map(int, found.groups())
            newest[major, minor] = max(patch, newest.get((major, minor), 0))
    for (major, minor), patch in newest.items():
        file, told = root / "release" / f"stable-{major}.{minor}.txt", f"v{major}.{minor}.{patch}\n"
        if not file.is_file() or file.read_text() != told:
            write_whole(file, told)
