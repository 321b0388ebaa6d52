"""wksctl's `os.files`: texts of its own or of ConfigMaps beside it → files that hosts get, or do not get."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from trailboss.manifests.normalise.host import Files
from trailboss.manifests.normalise.wksctl_sources import ConfigMap, config_maps
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.place import FieldPlace
from trailboss.manifests.reading.secrets import secret_lines
from trailboss.manifests.schema.existing_infra import ExistingInfraClusterSpec, OsFile
from trailboss.manifests.suggest import did_you_mean
from trailboss.model.cluster import HostFile
from trailboss.model.problem import Problem

_REPOSITORIES = re.compile(r"/etc/(yum\.repos\.d|apt/sources\.list\.d|zypp/repos\.d)/[^/]+")
_PACKAGES = re.compile(r"packages\.cloud\.google\.com|apt\.kubernetes\.io|yum\.kubernetes\.io|download\.docker\.com")
# sed, with which wksctl wrote files, made them readable for the owner and the group.
_MODE = "0660"


@dataclass
class WksctlFiles(Files):
    """`sources`: the files of the repository with the ConfigMaps that were used."""

    sources: set[str] = field(default_factory=set)


def files_of(item: KubeObject, spec: ExistingInfraClusterSpec, beside: Mapping[str, str]) -> WksctlFiles:
    """Read `spec.os.files`. `beside`: path in the repository → text of whatever stands in the cluster's folder."""
    read = WksctlFiles()
    needed = any(not file.source.contents for file in spec.os.files)
    maps = config_maps(item, beside) if needed else {}
    for number, file in enumerate(spec.os.files):
        place = item.at("spec", "os", "files", number)
        content = _content(file, place, maps, read)
        if content is None:
            continue
        if reason := _left_out(file.destination, content):
            found = file.destination
            read.problems.append(place.problem(f"not written to hosts: {reason}", found=found, severity="warning"))
            continue
        if warning := _without_use(file.destination, place):
            read.problems.append(warning)
        read.add(HostFile(path=file.destination, content=content, mode=_MODE), place)
    return read


def _content(file: OsFile, place: FieldPlace, maps: Mapping[str, ConfigMap], read: WksctlFiles) -> str | None:
    source = file.source
    if source.contents:
        return source.contents
    at = FieldPlace(place.place, (*place.location, "source"))
    if not source.configmap or not source.key:
        read.problems.append(at.problem("a file without a text", allowed="contents, or configmap and key"))
    elif source.configmap not in maps:
        read.problems.append(_no_map(source.configmap, at, maps))
    elif source.key not in maps[source.configmap].data:
        keys = maps[source.configmap].data
        message = f"the ConfigMap {source.configmap} has no text of this key{did_you_mean(source.key, keys)}"
        read.problems.append(at.problem(message, found=source.key, allowed=", ".join(keys) or "a key of its data"))
    else:
        read.sources.add(maps[source.configmap].file)
        return _without_secret(maps[source.configmap].data[source.key], at, read)
    return None


def _without_secret(text: str, at: FieldPlace, read: WksctlFiles) -> str | None:
    secret = next((kind for _, kind in secret_lines(text)), "")
    if not secret:
        return text
    message = "a secret must not be kept in Git; take it out, and change it, since history keeps it"
    found = f"{secret} in the ConfigMap, which is not repeated here"
    read.problems.append(at.problem(message, found=found, allowed="a file that is on the hosts already"))
    return None


def _no_map(name: str, at: FieldPlace, maps: Mapping[str, ConfigMap]) -> Problem:
    message = f"there is no ConfigMap of this name in the folder of this manifest{did_you_mean(name, maps)}"
    allowed = ", ".join(maps) or f"a ConfigMap {name} in a file beside it, such as {name}-config.yaml; or contents"
    return at.problem(message, found=name, allowed=allowed)


def _left_out(destination: str, content: str) -> str:
    """Tell why a file is of no use on a host of today and would do harm, "" where it is not so."""
    if _REPOSITORIES.fullmatch(destination) and _PACKAGES.search(content):
        return (
            "no package of Kubernetes or Docker is installed, and a repository that is gone would stop the host's own "
            "package manager; take it out"
        )
    if destination.startswith("/tmp/"):  # noqa: S108 - not written
        return "this folder does not last; take it out, or write another destination"
    return ""


def _without_use(destination: str, place: FieldPlace) -> Problem | None:
    if not destination.startswith("/etc/docker/"):
        return None
    message = "written, and without effect: containers run in containerd, not in Docker; take it out"
    return place.problem(message, found=destination, severity="warning")
