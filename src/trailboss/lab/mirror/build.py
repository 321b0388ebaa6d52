"""Fills the mirror with the versions asked for; one process at a time."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from trailboss.lab.mirror.choose import select_source
from trailboss.lab.mirror.digests import remove_parts
from trailboss.lab.mirror.layout import VersionLayout, mirror_root, version_tag
from trailboss.lab.mirror.lock import build_lock
from trailboss.lab.mirror.progress import Report
from trailboss.lab.mirror.stable import write_stable
from trailboss.lab.mirror.sums import damaged_files, is_complete
from trailboss.lab.mirror.version import build_version
from trailboss.lab.paths import cache_root


def ensure(versions: Sequence[str], *, source: str = "auto", console: Console | None = None) -> Path:
    """Makes every version complete and sound, building what lacks; returns the directory to serve.

    `versions` as `1.34.4` or `v1.34.4`; `source`: `auto`, `upstream` or `compile`. A version that is complete is
    checked by its digests and left as it is, whatever its source. Raises BadInput, MirrorFailed.
    """
    tags = dict.fromkeys(version_tag(version) for version in versions)
    layouts = [VersionLayout(mirror_root(), tag) for tag in tags]
    wanting = [layout for layout in layouts if not is_complete(layout) or damaged_files(layout)]
    if wanting:
        with Report(console or Console(stderr=True)) as report:
            _build(wanting, source, report)
    write_stable(mirror_root())
    return mirror_root()


def _build(layouts: Sequence[VersionLayout], wanted_source: str, report: Report) -> None:
    def waiting() -> None:
        report.say("another build of the mirror is running; waiting for it to end")

    with build_lock(cache_root() / "mirror.lock", waiting), _work_directory() as work:
        remove_parts(mirror_root())
        source = select_source(wanted_source, work, report)
        for layout in layouts:
            _drop_damaged(layout, report)
            if not is_complete(layout):  # the build we waited for may have made it
                build_version(layout, source, report)


def _drop_damaged(layout: VersionLayout, report: Report) -> None:
    """Takes away listed files that are not what the sums say, so that they are made again."""
    damaged = damaged_files(layout)
    for path in damaged:
        report.say(f"{layout.version}: {path.name} is not what its digest says; it is made again")
        path.unlink(missing_ok=True)
    if damaged:  # last: until then the missing file says that the version is not complete
        layout.sums.unlink()


@contextmanager
def _work_directory() -> Iterator[Path]:
    """Empty, and taken away at the end; those of killed builds are taken away first."""
    place = cache_root() / "build"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    # A compiler that outlived its killed parent may still write below; it never meets us under a fresh name.
    work = Path(tempfile.mkdtemp(dir=place))
    try:
        yield work
    finally:
        shutil.rmtree(place, ignore_errors=True)
