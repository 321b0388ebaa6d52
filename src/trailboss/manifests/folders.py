"""Which files of a repository belong to which cluster: folders of clusters/, or wksctl's two files at any path."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping

from trailboss.manifests.file_kinds import describes_clusters, is_home, is_manifest, is_wksctls_manifest
from trailboss.model.addons import SHARED
from trailboss.model.problem import Problem

FOLDER = re.compile(r"clusters/([^/]+)/")


def grouped(files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the files of each folder of clusters/ by its name, with those of addons/.

    Without such a folder, all files belong together, under ""; but where wksctl's clusters lie in several folders, each
    has the files that lie with it and below it, under the path of its folder with a slash behind.
    """
    if not any(file.startswith("clusters/") for file in files):
        return by_home(files)
    groups: dict[str, dict[str, str]] = {}
    for file, text in files.items():
        if (match := FOLDER.match(file)) and not match[1].startswith("."):
            groups.setdefault(match[1], {})[file] = text
    shared = {file: text for file, text in files.items() if file.startswith(f"{SHARED}/")}
    return {name: {**group, **shared} for name, group in groups.items()}


def misplaced(files: Mapping[str, str]) -> Iterator[Problem]:
    """Yield manifests that belong to no cluster, though others do."""
    if any(file.startswith("clusters/") for file in files):
        for file in files:
            if file.startswith("clusters/") and not FOLDER.match(file) and is_manifest(file):
                allowed = "clusters/<name>/, a folder for each cluster"
                yield Problem(file=file, message="belongs to no cluster", allowed=allowed)
        return
    homes = homes_in(files)
    for file, text in files.items():
        if len(homes) > 1 and is_manifest(file) and _home_of(file, homes) is None and describes_clusters(text):
            yield Problem(
                file=file,
                message="belongs to no cluster: there are several, none of them in this folder or above it",
                allowed=", ".join(home or "." for home in homes),
            )


def homes_in(files: Mapping[str, str]) -> tuple[str, ...]:
    """Return the folders in which wksctl's clusters lie, "" for the root."""
    wksctls = (file for file, text in files.items() if is_wksctls_manifest(file, text) and is_home(text))
    return tuple(sorted({posixpath.dirname(file) for file in wksctls}))


def _home_of(file: str, homes: Iterable[str]) -> str | None:
    """Return the nearest of `homes` that `file` lies in or below."""
    around = [home for home in homes if not home or file.startswith(f"{home}/")]
    return max(around, key=len, default=None)


def by_home(files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the files of each of wksctl's clusters; where there is one or none, all files under ""."""
    homes = homes_in(files)
    if len(homes) <= 1:
        return {"": dict(files)}
    groups: dict[str, dict[str, str]] = {f"{home}/": {} for home in homes}
    for file, text in files.items():
        if (home := _home_of(file, homes)) is not None:
            groups[f"{home}/"][file] = text
    return groups
