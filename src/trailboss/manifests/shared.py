"""What clusters share for their addons: the folder addons/ at a repository's root, and who takes what of it."""

from collections.abc import Iterable, Mapping

from trailboss.manifests.defaults import NO_DEFAULTS
from trailboss.manifests.file_kinds import is_manifest
from trailboss.manifests.group import read_group
from trailboss.manifests.normalise.addon_paths import named_for_addons
from trailboss.model.addons import SHARED

_BELOW = f"{SHARED}/"


def is_shared(file: str) -> bool:
    """Tell whether a file of a repository lies below addons/, where no manifests of clusters are."""
    return file.startswith(_BELOW)


def may_share(files: Mapping[str, str]) -> bool:
    """Tell whether something in a cluster's folder speaks of addons at all, without reading it closely."""
    return any(SHARED in text for text in files.values())


def named_shared(files: Mapping[str, str]) -> tuple[str, ...]:
    """Return the files and folders below addons/ that the cluster in `files` takes its addons from, sorted.

    It tells what must not change for the cluster to stay as it is; what else is wrong with it does not matter.
    """
    if not may_share(files):
        return ()
    group, _ = read_group({file: text for file, text in files.items() if is_manifest(file)}, NO_DEFAULTS)
    named = {path for item in group.objects for path in named_for_addons(item)}
    return tuple(sorted(path for path in named if path == SHARED or is_shared(path)))


def is_named(file: str, named: Iterable[str]) -> bool:
    """Tell whether a file is one of those that are named, or lies in such a folder."""
    return any(file == path or file.startswith(f"{path}/") for path in named)
