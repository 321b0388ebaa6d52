"""Which files of a repository belong to which cluster: folders of clusters/, or wksctl's two files at any path."""

import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from trailboss.manifests.objects import KubeObject, objects_of
from trailboss.manifests.reading.documents import read_file
from trailboss.model.addons import SHARED
from trailboss.model.problem import Problem

FOLDER = re.compile(r"clusters/([^/]+)/")
_API = r"""apiVersion["']?\s*:\s*["']?"""
_WKSCTL = re.compile(rf"{_API}(cluster\.weave\.works|cluster\.k8s\.io|baremetalproviderspec)/")
_DESCRIBES = re.compile(
    rf"{_API}((controlplane\.|bootstrap\.)?cluster\.x-k8s\.io|trailboss\.dev|cluster\.weave\.works|cluster\.k8s\.io"
    r"|baremetalproviderspec)/"
)
_KIND = r"""kind["']?\s*:\s*["']?"""
_HOME = re.compile(rf"{_KIND}(ExistingInfraCluster|BareMetalCluster|BareMetalClusterProviderSpec)\b")
_OLD = re.compile(rf"{_API}cluster\.k8s\.io/")
_CLUSTER = re.compile(rf"{_KIND}Cluster\b")
_SOURCE = re.compile(rf"{_KIND}(ConfigMap|SealedSecret)\b")
_SECRET_FILE = re.compile(r"""secretFile["']?\s*:\s*["']?([^\s"',}]+)""")
_CLUSTER_LINE = re.compile(r"""kind:\s*["']?Cluster["']?\s*$""")
_NAME_LINE = re.compile(r"""\s+name:\s*["']?([^\s"']+)""")

_UNNAMED = "unnamed"


@dataclass(frozen=True)
class Found:
    """A cluster of wksctl's form that was found in a repository.

    `path`: the folder with all of its files, "" for the root. `digest`: changes with whatever of them can matter.
    """

    name: str
    path: str
    digest: str


def is_manifest(file: str) -> bool:
    hidden = any(part.startswith(".") for part in file.split("/"))
    return file.endswith((".yaml", ".yml")) and not hidden


def is_wksctls(files: Mapping[str, str]) -> bool:
    """Tell whether wksctl's objects are among these manifests; then files for its Flux may be, too."""
    return any(is_manifest(file) and _WKSCTL.search(text) for file, text in files.items())


def _is_home(text: str) -> bool:
    """Tell whether a file has a Cluster of wksctl's."""
    return bool(_HOME.search(text) or (_OLD.search(text) and _CLUSTER.search(text)))


def describes_clusters(text: str) -> bool:
    """Tell whether a file speaks of an API that describes clusters."""
    return bool(_DESCRIBES.search(text))


def holds_sources(text: str) -> bool:
    """Tell whether a file has what wksctl's objects take texts and names from: a ConfigMap or SealedSecret."""
    return bool(_SOURCE.search(text))


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


def found_in(files: Mapping[str, str]) -> tuple[Found, ...]:
    """Return wksctl's clusters, wherever in the repository their files lie."""
    groups = by_home(files) if homes_in(files) else {}
    return tuple(sorted((found_as(group) for group in groups.values()), key=lambda found: (found.name, found.path)))


def homes_in(files: Mapping[str, str]) -> tuple[str, ...]:
    """Return the folders in which wksctl's clusters lie, "" for the root."""
    wksctls = (file for file, text in files.items() if is_manifest(file) and _WKSCTL.search(text) and _is_home(text))
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


def found_as(files: Mapping[str, str]) -> Found:
    """Return what the files of one of wksctl's clusters come to; one without a name is called as its folder."""
    wksctls = {file for file, text in files.items() if is_manifest(file) and _WKSCTL.search(text)}
    homes = sorted(file for file in wksctls if _is_home(files[file]))
    digest = hashlib.sha256()
    for file in sorted(wksctls | set(sources_of(homes, files))):
        digest.update(f"{len(file)} {file} {len(files[file])} {files[file]}".encode())
    path = posixpath.commonpath([posixpath.dirname(file) for file in wksctls] or [""])
    return Found(name_in(files) or posixpath.basename(path) or _UNNAMED, path, digest.hexdigest()[:40])


def sources_of(homes: Iterable[str], files: Mapping[str, str]) -> Iterator[str]:
    """Yield the files that wksctl's Cluster manifests `homes` may take texts and names from."""
    for home in homes:
        folder = posixpath.dirname(home)
        beside = {file for file, text in files.items() if posixpath.dirname(file) == folder and holds_sources(text)}
        named = {posixpath.normpath(posixpath.join(folder, name)) for name in _SECRET_FILE.findall(files[home])}
        yield from beside | (named & files.keys())


def name_in(files: Mapping[str, str]) -> str:
    """Return the name of wksctl's Cluster, also where YAML is not valid: it tells whose the problems are."""
    texts = {file: text for file, text in files.items() if is_manifest(file) and describes_clusters(text)}
    homes = [file for file, text in texts.items() if _is_home(text)]
    for file in homes + sorted(texts.keys() - set(homes)):
        for document in read_file(file, texts[file]).documents:
            for item in objects_of(document):
                if isinstance(item, KubeObject) and item.kind.name == "Cluster" and item.name:
                    return item.name
    return next((name for file in homes if (name := _name_by_lines(texts[file]))), "")


def _name_by_lines(text: str) -> str:
    lines = text.splitlines()
    start = next((number for number, line in enumerate(lines) if _CLUSTER_LINE.match(line)), len(lines))
    return next((match[1] for line in lines[start:] if (match := _NAME_LINE.match(line))), "")
