"""Mounts that a killed debootstrap leaves below its target: this machine's own /proc and /sys."""

import re
import subprocess
from pathlib import Path

from trailboss.lab.engine.apt import MissingPrerequisite

_MOUNT_POINT = 4  # field of proc(5)'s mountinfo
_MOUNTINFO = Path("/proc/self/mountinfo")


def unmount_below(directory: Path) -> None:
    """Unmount all that is mounted below `directory`, so that it can be removed without reaching into anything else.

    Raises:
        MissingPrerequisite: something stays mounted there.
    """
    place = directory.resolve()
    for point in mounts_below(place, _MOUNTINFO.read_text()):
        subprocess.run(["umount", "--lazy", str(point)], capture_output=True, check=False)
    if left := mounts_below(place, _MOUNTINFO.read_text()):
        raise MissingPrerequisite(f"{left[-1]} is still mounted after an interrupted build: umount it, then try again")


def mounts_below(directory: Path, mountinfo: str) -> list[Path]:
    """Mount points below `directory`, not itself, last mounted first; `mountinfo`: the text of the kernel's file."""
    points = [Path(_unescaped(line.split()[_MOUNT_POINT])) for line in mountinfo.splitlines()]
    return [point for point in reversed(points) if directory in point.parents]


def _unescaped(field: str) -> str:
    r"""Blanks stand in mountinfo as \040."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)
