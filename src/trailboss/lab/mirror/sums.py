"""SHA256SUMS: the list of a version's files, in sha256sum's own format."""

from pathlib import Path

from trailboss.lab.mirror.digests import is_good, sha256_of, write_whole
from trailboss.lab.mirror.layout import VersionLayout


def write_sums(layout: VersionLayout) -> None:
    """Lists every file of the version, release and images; paths are relative to the mirror's root."""
    lines = [f"{sha256_of(path)}  {path.relative_to(layout.root)}\n" for path in _files(layout)]
    write_whole(layout.sums, "".join(lines))


def read_sums(layout: VersionLayout) -> dict[Path, str]:
    """Path to SHA-256 of every file; empty for a version that is not complete."""
    if not layout.sums.is_file():
        return {}
    lines = layout.sums.read_text().splitlines()
    return {layout.root / name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def is_complete(layout: VersionLayout) -> bool:
    """Every listed file is there, and was made as it would be today; their content is not read."""
    sums = read_sums(layout)
    return bool(sums) and not layout.outdated and all(path.is_file() for path in sums)


def damaged_files(layout: VersionLayout) -> list[Path]:
    """Listed files that are gone or are not what their digest says. Reads all of them: about 1 GB a version."""
    return [path for path, digest in read_sums(layout).items() if not path.is_file() or sha256_of(path) != digest]


def write_image_index(layout: VersionLayout, references: dict[str, Path]) -> None:
    """`references`: image reference to its archive, each made already."""
    lines = [f"{sha256_of(path)}  {path.name}  {reference}\n" for reference, path in sorted(references.items())]
    write_whole(layout.image_index, "".join(lines))


def images_elsewhere(layout: VersionLayout, reference: str) -> list[Path]:
    """Good archives of the same image that another version of the same source has."""
    return [path for path in _indexed(layout, reference) if is_good(path)]


def _indexed(layout: VersionLayout, reference: str) -> list[Path]:
    source = layout.source.read_text()
    others = [VersionLayout(layout.root, index.parent.name) for index in (layout.root / "images").glob("*/IMAGES")]
    return [
        other.images / line.split()[1]
        for other in sorted(others, key=lambda one: one.version)
        if other.version != layout.version and other.source.is_file() and other.source.read_text() == source
        for line in other.image_index.read_text().splitlines()
        if line.split()[2] == reference
    ]


def _files(layout: VersionLayout) -> list[Path]:
    found = [*layout.release.rglob("*"), *layout.images.rglob("*")]
    return sorted(path for path in found if path.is_file() and path != layout.sums)
