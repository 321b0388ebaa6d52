"""wksctl's clusters that were found in a repository, wherever their files lie."""

import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from trailboss.manifests.file_kinds import describes_clusters, holds_sources, is_home, is_manifest, is_wksctls_manifest
from trailboss.manifests.folders import by_home, homes_in
from trailboss.manifests.objects import KubeObject, objects_of
from trailboss.manifests.reading.documents import read_file

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


def found_in(files: Mapping[str, str]) -> tuple[Found, ...]:
    """Return wksctl's clusters, wherever in the repository their files lie."""
    groups = by_home(files) if homes_in(files) else {}
    return tuple(sorted((found_as(group) for group in groups.values()), key=lambda found: (found.name, found.path)))


def found_as(files: Mapping[str, str]) -> Found:
    """Return what the files of one of wksctl's clusters come to; one without a name is called as its folder."""
    wksctls = {file for file, text in files.items() if is_wksctls_manifest(file, text)}
    homes = sorted(file for file in wksctls if is_home(files[file]))
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
    homes = [file for file, text in texts.items() if is_home(text)]
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
