"""One Kubernetes version: every step may be cut short and run again; what is good stays."""

import shutil
import time

from trailboss.lab.mirror.digests import artifact, is_good, link_artifact, write_whole
from trailboss.lab.mirror.kubeadm import images_wanted
from trailboss.lab.mirror.layout import BINARIES, KUBERNETES_IMAGES, RECIPE, Reference, VersionLayout
from trailboss.lab.mirror.progress import Report
from trailboss.lab.mirror.source import Source
from trailboss.lab.mirror.sums import images_elsewhere, write_image_index, write_sums


def build_version(layout: VersionLayout, source: Source, report: Report) -> None:
    """Makes what the version lacks, from `source`; the sums come last. Raises MirrorFailed."""
    begun = time.monotonic()
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
    report.say(f"{layout.version}: complete, after {time.monotonic() - begun:.0f} s")


def _begin(layout: VersionLayout, source: Source, report: Report) -> None:
    """Artifacts of one version come from one source: half a version begun from another is begun anew."""
    begun = layout.source.read_text().strip() if layout.source.is_file() else source.name
    if begun != source.name or layout.outdated:
        why = f"was begun from {begun}" if begun != source.name else "was compiled by an older recipe"
        report.say(f"{layout.version} {why}: begun anew")
        shutil.rmtree(layout.images, ignore_errors=True)
        shutil.rmtree(layout.release)
    if source.name == "compile":
        write_whole(layout.recipe, RECIPE + "\n")  # first: a source without a recipe counts as outdated
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
    return report.done(label, "stored", target.stat().st_size)
