"""Fills the mirror, one version after another; every step may be cut short and run again."""

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from trailboss.lab.mirror.digests import artifact, is_good, link_artifact, remove_parts, write_whole
from trailboss.lab.mirror.kubeadm import images_wanted
from trailboss.lab.mirror.layout import (
    BINARIES,
    KUBERNETES_IMAGES,
    Reference,
    VersionLayout,
    mirror_root,
    version_tag,
)
from trailboss.lab.mirror.lock import build_lock
from trailboss.lab.mirror.progress import Report
from trailboss.lab.mirror.select import select_source
from trailboss.lab.mirror.source import Source
from trailboss.lab.mirror.sums import (
    damaged_files,
    images_elsewhere,
    is_complete,
    write_image_index,
    write_sums,
)
from trailboss.lab.paths import cache_root


def ensure(versions: Sequence[str], *, source: str = "auto", console: Console | None = None) -> Path:
    """Makes every version complete and sound, building what lacks; returns the directory to serve.

    `versions` as `1.34.4` or `v1.34.4`; `source`: `auto`, `upstream` or `compile`. A version that is complete is
    checked by its digests and left as it is, whatever its source. Raises BadInput, MirrorFailed.
    """
    layouts = [VersionLayout(mirror_root(), version_tag(version)) for version in dict.fromkeys(versions)]
    with Report(console or Console(stderr=True)) as report:
        wanting = [layout for layout in layouts if not _sound(layout, report)]
        if wanting:
            _build(wanting, source, report)
    return mirror_root()


def _build(layouts: Sequence[VersionLayout], wanted_source: str, report: Report) -> None:
    with ExitStack() as stack:
        stack.enter_context(build_lock(mirror_root(), lambda: report.say("waiting for another build of the mirror")))
        work = _empty(cache_root() / "build")
        stack.callback(shutil.rmtree, work, ignore_errors=True)
        remove_parts(mirror_root())
        source = select_source(wanted_source, work, report)
        for layout in layouts:
            if not is_complete(layout):  # the build we waited for may have made it
                build_version(layout, source, report)


def build_version(layout: VersionLayout, source: Source, report: Report) -> None:
    """Makes what one version lacks, from `source`; the sums come last."""
    report.say(f"{layout.version}: {source.expectation(layout.version)}")
    _begin(layout, source, report)
    source.prepare(layout.version, _missing_programs(layout))
    for name in BINARIES:
        _make_binary(layout, source, name, report)
    references = images_wanted(layout.binary("kubeadm"), layout.version)
    for reference in references:
        _make_image(layout, source, reference, report)
    write_image_index(layout, {str(reference): layout.image(reference.name) for reference in references})
    write_sums(layout)
    report.say(f"{layout.version}: complete")


def _begin(layout: VersionLayout, source: Source, report: Report) -> None:
    """Artifacts of one version come from one source: half a version begun from another is begun anew."""
    begun = layout.source.read_text().strip() if layout.source.is_file() else source.name
    if begun != source.name:
        report.say(f"{layout.version} was begun from {begun}: begun anew")
        shutil.rmtree(layout.images, ignore_errors=True)
        shutil.rmtree(layout.release)
    write_whole(layout.source, source.name + "\n")


def _missing_programs(layout: VersionLayout) -> list[str]:
    binaries = [name for name in BINARIES if not is_good(layout.binary(name))]
    images = [name for name in KUBERNETES_IMAGES if not is_good(layout.image(name))]
    return [*binaries, *images]


def _make_binary(layout: VersionLayout, source: Source, name: str, report: Report) -> None:
    target = layout.binary(name)
    if is_good(target):
        return report.done(name, "kept", target.stat().st_size)
    report.start(name, f"{source.name}: binary")
    with artifact(target) as part:
        source.binary(layout.version, name, part)
        part.chmod(0o755)
    return report.done(name, "stored", target.stat().st_size)


def _make_image(layout: VersionLayout, source: Source, reference: Reference, report: Report) -> None:
    label, target = f"image {reference.name}:{reference.tag}", layout.image(reference.name)
    if is_good(target):
        return report.done(label, "kept", target.stat().st_size)
    if same := images_elsewhere(layout, str(reference)):
        link_artifact(same[0], target)
        return report.done(label, "linked", target.stat().st_size)
    report.start(label, f"{source.name}: image")
    with artifact(target) as part:
        source.image(reference, part)
    return report.done(label, "made", target.stat().st_size)


def _sound(layout: VersionLayout, report: Report) -> bool:
    """Complete, and every file is what its digest says; what is damaged makes the version incomplete."""
    if not is_complete(layout):
        return False
    damaged = damaged_files(layout)
    for path in damaged:
        report.say(f"{layout.version}: {path.name} is not what its digest says; it is made again")
        layout.sums.unlink(missing_ok=True)
    return not damaged


def _empty(directory: Path) -> Path:
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory
