"""The file of defaults for all clusters (setting `cluster_defaults`): read, and everything that is wrong with it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from trailboss.manifests.checks import host
from trailboss.manifests.defaults import NO_DEFAULTS, Defaults
from trailboss.manifests.group import Group
from trailboss.manifests.normalise import from_ssh
from trailboss.manifests.normalise.draft import Draft
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.documents import Document, read_file
from trailboss.manifests.reading.place import Place
from trailboss.manifests.reading.words import show
from trailboss.manifests.schema.kinds import KINDS
from trailboss.manifests.schema.ssh import SSHClusterManifest
from trailboss.manifests.shape import read_shape
from trailboss.model.cluster import Cluster
from trailboss.model.errors import BadInput
from trailboss.model.places import chosen
from trailboss.model.problem import Problem
from trailboss.model.supported import NEWEST_MINOR

VARIABLE = "TRAILBOSS_CLUSTER_DEFAULTS"
_NOT_HERE = {
    "addons": "what they are made of is in a repository; write them in the manifests of each cluster",
    "kubernetesVersion": "a cluster changes its version by a commit of its own; write it in its manifests",
    "destroy": "a cluster ends by a commit of its own; write it in its manifests",
}
_NOT_VALUES = ("addons", "kubernetes_version", "destroy")  # as the model calls them
_ANY_VERSION = f"1.{NEWEST_MINOR}.0"
_CHECKS = (host.file_problems, host.folder_problems, host.volume_problems)


@cache
def cluster_defaults() -> Defaults:
    """Return what the environment's file says; read once in the life of a process.

    Raises:
        BadInput: there is no such file, or everything that is wrong in it.
    """
    path = chosen(VARIABLE)
    return parse_defaults(str(path), _text(path)) if path else NO_DEFAULTS


def parse_defaults(file: str, text: str) -> Defaults:
    """Read the text of such a file: the fields of an SSHCluster's spec.

    Raises:
        BadInput: everything that is wrong.
    """
    read = read_file(file, text)
    if read.problems:
        raise BadInput(read.problems)
    if not read.documents or read.documents[0].value is None:
        return NO_DEFAULTS
    spec = _spec(file, read.documents)
    place = read.documents[0].place
    defaults, problems = _read(spec, place)
    if problems:
        raise BadInput(tuple(problem.model_copy(update={"field": _plain(problem.field)}) for problem in problems))
    return defaults


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text in UTF-8"
        message = f"the file of defaults cannot be read: {reason}"
        problem = Problem(file="environment", document=0, field=VARIABLE, found=str(path), message=message)
        raise BadInput((problem,)) from error


def _spec(file: str, documents: tuple[Document, ...]) -> dict[str, Any]:
    value = documents[0].value
    if len(documents) > 1 or not isinstance(value, dict) or "kind" in value:
        found = "several documents" if len(documents) > 1 else "an object" if isinstance(value, dict) else show(value)
        allowed = "the fields of an SSHCluster's spec, such as artifacts and ssh, in one document"
        raise BadInput((Problem(file=file, found=found, allowed=allowed, message="not the defaults of clusters"),))
    return value


def _read(spec: dict[str, Any], place: Place) -> tuple[Defaults, list[Problem]]:
    inside = replace(place, lines={("spec", *location): line for location, line in place.lines.items()})
    given = {name: value for name, value in spec.items() if name not in _NOT_HERE}
    value = {
        "apiVersion": "trailboss.dev/v1alpha1",
        "kind": "SSHCluster",
        "metadata": {"name": "defaults"},
        "spec": {**given, "kubernetesVersion": _ANY_VERSION},
    }
    item, faults = read_shape(KubeObject(KINDS["SSHCluster"], inside, (), value))
    problems = [item.problem(("spec", name), _NOT_HERE[name]) for name in _NOT_HERE if name in spec]
    problems.extend(faults)
    if not isinstance(item.shape, SSHClusterManifest):
        return NO_DEFAULTS, problems
    problems.extend(_elsewhere(item, spec))
    parts = from_ssh.cluster_parts(item, item.shape.spec, {})
    values = {name: value for name, value in parts.values.items() if name not in _NOT_VALUES}
    cluster = Cluster(name="defaults", kubernetes_version=_ANY_VERSION, machines=(), **values)
    places = {"": item.at("spec"), **parts.places}
    draft = Draft(cluster, (), places, complete=True, infrastructure_read=True, parts=parts)
    for check in _CHECKS:
        problems.extend(check(draft, Group(())))
    return Defaults(spec=given, values=values, ssh=parts.ssh), problems


def _elsewhere(item: KubeObject, spec: dict[str, Any]) -> Iterator[Problem]:
    files = spec.get("files")
    for number, file in enumerate(files if isinstance(files, list) else ()):
        if isinstance(file, dict) and file.get("contentFrom") is not None:
            message = "no cluster's folder is near this file; write content"
            yield item.problem(("spec", "files", number, "contentFrom"), message)


def _plain(field: str) -> str:
    return field.removeprefix("spec").removeprefix(".")
