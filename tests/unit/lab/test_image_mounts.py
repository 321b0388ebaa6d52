from pathlib import Path

from trailboss.lab.image.mounts import mounts_below, unmount_below

_MOUNTINFO = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /proc rw - proc proc rw
40 22 0:22 / /c/rootfs-ab/root/proc rw - proc proc rw
41 40 0:33 / /c/rootfs-ab/root/proc/sys/fs/binfmt_misc rw - binfmt_misc none rw
42 22 0:23 / /c/rootfs-ab/root/a\040b rw - sysfs sysfs rw
43 22 0:23 / /c/rootfs-abc/sys rw - sysfs sysfs rw
44 22 0:23 / /c/rootfs-ab rw - tmpfs tmpfs rw
""".strip()


def test_only_what_is_below_is_found_and_the_innermost_comes_first() -> None:
    root = Path("/c/rootfs-ab/root")
    assert mounts_below(Path("/c/rootfs-ab"), _MOUNTINFO) == [
        root / "a b",
        root / "proc/sys/fs/binfmt_misc",
        root / "proc",
    ]


def test_where_nothing_is_mounted_nothing_happens(tmp_path: Path) -> None:
    unmount_below(tmp_path)
