"""What the mirror holds."""

from enum import StrEnum

from trailboss.lab.mirror.layout import VersionLayout, mirror_root
from trailboss.lab.mirror.sums import damaged_files, is_complete, read_sums
from trailboss.model.base import Frozen


class State(StrEnum):
    COMPLETE = "complete"
    PART = "part"  # a build was cut short; the next one goes on from there
    DAMAGED = "damaged"  # complete by its list, but files are not what their digests say


class Held(Frozen):
    """One version in the mirror. `source`: `upstream`, `compile`; `size` in bytes; `damaged`: paths in the mirror."""

    version: str
    state: State
    source: str
    files: int
    size: int
    images: tuple[str, ...]
    damaged: tuple[str, ...] = ()


def held_versions(*, verify: bool = False) -> list[Held]:
    """Every version begun or complete. `verify` reads all files, about 400 MB a version, and checks their digests."""
    root = mirror_root()
    tags = sorted((path.name for path in (root / "release").glob("v*")), key=_order)
    return [_held(VersionLayout(root, tag), verify) for tag in tags]


def _held(layout: VersionLayout, verify: bool) -> Held:
    files = list(read_sums(layout)) or [*layout.release.rglob("*"), *layout.images.rglob("*")]
    there = [path for path in files if path.is_file()]
    damaged = [str(path.relative_to(layout.root)) for path in damaged_files(layout)] if verify else []
    return Held(
        version=layout.version,
        state=State.DAMAGED if damaged else State.COMPLETE if is_complete(layout) else State.PART,
        source=layout.source.read_text().strip() if layout.source.is_file() else "unknown",
        files=len(there),
        size=sum(path.stat().st_size for path in there),
        images=_images(layout),
        damaged=tuple(damaged),
    )


def _images(layout: VersionLayout) -> tuple[str, ...]:
    if not layout.image_index.is_file():
        return ()
    return tuple(line.split()[2] for line in layout.image_index.read_text().splitlines())


def _order(tag: str) -> tuple[tuple[int, ...], str]:
    numbers = tag.removeprefix("v").partition("-")[0].split(".")
    return tuple(int(number) for number in numbers if number.isdigit()), tag
