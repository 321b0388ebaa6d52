"""What hosts are given beside Kubernetes, with the text of files that stand beside the manifests."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.place import FieldPlace
from trailboss.manifests.reading.secrets import secret_lines
from trailboss.manifests.schema.host import FileSpec, ProxySpec, VolumeSpec
from trailboss.manifests.schema.ssh import SSHClusterSpec
from trailboss.manifests.suggest import did_you_mean
from trailboss.model.cluster import HostFile, Proxy, Volume
from trailboss.model.problem import Problem


@dataclass
class Files:
    """The files of one cluster as read. `places`: "files.N" → where the model's file number N was written."""

    files: list[HostFile] = field(default_factory=list)
    places: dict[str, FieldPlace] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, file: HostFile, place: FieldPlace) -> None:
        self.places[f"files.{len(self.files)}"] = place
        self.files.append(file)


def files_of(item: KubeObject, spec: SSHClusterSpec, beside: Mapping[str, str]) -> Files:
    """Read `spec.files`. `beside`: path in the repository → text of whatever stands in the cluster's folder."""
    read = Files()
    for number, file in enumerate(spec.files):
        place = item.at("spec", "files", number)
        content, problems = _content(item, file, place, beside)
        read.problems.extend(problems)
        if content is not None:
            read.add(HostFile(path=file.path, content=content, mode=file.mode), place)
    return read


def proxy_of(spec: ProxySpec | None) -> Proxy | None:
    return Proxy(http=spec.http, https=spec.https, no_proxy=tuple(spec.no_proxy)) if spec else None


def volumes_of(volumes: list[VolumeSpec]) -> tuple[Volume, ...]:
    return tuple(
        Volume(
            name=volume.name,
            host_path=volume.host_path,
            mount_path=volume.mount_path,
            read_only=volume.read_only,
            path_type=volume.path_type,
        )
        for volume in volumes
    )


def named_beside(item: KubeObject) -> Iterator[str]:
    """Yield the paths in the repository that `contentFrom` fields of an SSHCluster name."""
    files = item.look("spec", "files") if item.kind.name == "SSHCluster" else None
    for file in files if isinstance(files, list) else ():
        name = file.get("contentFrom") if isinstance(file, dict) else None
        if isinstance(name, str):
            yield _path(item, name)


def _content(
    item: KubeObject, file: FileSpec, place: FieldPlace, beside: Mapping[str, str]
) -> tuple[str | None, list[Problem]]:
    if (file.content is None) == (file.content_from is None):
        if file.content is None and not item.whole:
            return None, []  # what could not be read is told already
        found = "both" if file.content is not None else "neither"
        return None, [
            place.problem("a file has its text from one place", found=found, allowed="content or contentFrom")
        ]
    if file.content is not None:
        return file.content, []
    path = _path(item, file.content_from or "")
    if path not in beside or path == item.place.file:
        return None, [_missing(item, path, place, beside)]
    problems = list(_secrets(path, beside[path]))
    return None if problems else beside[path], problems


def _missing(item: KubeObject, path: str, place: FieldPlace, beside: Mapping[str, str]) -> Problem:
    where = FieldPlace(place.place, (*place.location, "contentFrom"))
    folder = posixpath.dirname(item.place.file) or "."
    there = [posixpath.relpath(name, folder) for name in beside if name.startswith(f"{folder}/".removeprefix("./"))]
    return where.problem(
        f"no such file in the cluster's folder{did_you_mean(posixpath.relpath(path, folder), there)}",
        found=path,
        allowed="a text in UTF-8 of at most 64 KiB, by its path from this manifest's own folder",
    )


def _path(item: KubeObject, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(item.place.file), name))


def _secrets(path: str, text: str) -> Iterator[Problem]:
    for line, kind in secret_lines(text):
        yield Problem(
            file=path,
            document=0,
            line=line,
            found=f"{kind}, which is not repeated here",
            allowed="the path of a file that is on the hosts already",
            message="a secret must not be kept in Git; take it out, and change it, since history keeps it",
        )
