"""What a source tells → the changed texts of a cluster's folder, or everything that is wrong."""

from collections.abc import Iterator, Mapping
from itertools import chain

from trailboss.imports.choosing import OPTIONS, ROLES, Chosen, choose
from trailboss.imports.editing import FieldChange
from trailboss.imports.folder_text import FolderText
from trailboss.imports.found import Found
from trailboss.imports.merging import merge
from trailboss.imports.naming import name_machines
from trailboss.imports.selector import Selector, selectors
from trailboss.imports.starting import cluster_text
from trailboss.imports.wanted import Login, WantedMachine, spec_problems, want
from trailboss.manifests.reading.documents import read_file
from trailboss.model.base import Frozen
from trailboss.model.errors import BadInput
from trailboss.model.machine import Role
from trailboss.model.problem import Problem

_NAMED = 3
"""Machines that a note names, where it is about many."""


class Wishes(Frozen):
    """What the user asks for. `kubernetes_version`, `endpoint`: of a cluster that is described nowhere yet."""

    control_plane: tuple[str, ...] = ()
    worker: tuple[str, ...] = ()
    login: Login = Login()
    prune: bool = False
    kubernetes_version: str = "1.34.4"
    endpoint: str | None = None


class Imported(Frozen):
    """What an import comes to. `files`: all texts of the folder, as they are to be; `gone`: not in the source.

    `started`: the file that describes a cluster for the first time, "" where one was described.
    """

    files: dict[str, str]
    started: str = ""
    added: tuple[str, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    gone: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def import_machines(found: Found, files: Mapping[str, str], folder: str, name: str, wishes: Wishes) -> Imported:
    """Bring what `found` tells into the texts of a cluster's folder.

    `files`: path → text of all manifests there; `folder`: what their paths begin with, "" or "clusters/NAME/";
    `name`: the cluster's, where none is described yet.

    Raises:
        BadInput: with every problem of the source, the choice of roles, the names, and the texts that are there.
    """
    chosen = _chosen(found, wishes)
    named = name_machines(chosen.machines)
    pairs = [
        want(name, role, machine, wishes.login)
        for name, role, machine in zip(named.names, chosen.roles, chosen.machines, strict=True)
    ]
    wanted = [machine for machine, _ in pairs]
    own = chain.from_iterable(machine.problems for machine in chosen.machines)
    addressed = [machine for machine in wanted if not machine.found.problems]
    _refuse([*found.problems, *chosen.problems, *named.problems, *own, *spec_problems(addressed), *_unreadable(files)])
    there = FolderText(files)
    clusters = there.of_kind("Cluster")
    start = _Start(folder=folder, name=name, endpoint=found.endpoint)
    started = {} if clusters else _started(files, start, wanted, wishes)
    cluster = clusters[0].name if clusters else name
    there.add(started)
    merged = merge(there, wanted, f"{folder}machines.yaml", cluster, prune=wishes.prune)
    _refuse(merged.problems)
    return Imported(
        files=merged.files,
        started=next(iter(started), ""),
        added=tuple(merged.added),
        changes=tuple(merged.changes),
        gone=tuple(merged.gone),
        removed=tuple(merged.removed),
        left_out=tuple(f"{machine.name}: {reason}" for machine, reason in chosen.left_out),
        notes=(
            *found.notes,
            *_machine_notes(chosen),
            *named.notes,
            *chain.from_iterable(told for _, told in pairs),
            *_started_notes(started, wishes),
            *merged.notes,
        ),
    )


def _chosen(found: Found, wishes: Wishes) -> Chosen:
    """Choose roles; problems with the selectors, and that nothing was chosen, are among the problems."""
    given = {"control-plane": wishes.control_plane, "worker": wishes.worker}
    read: dict[Role, tuple[Selector, ...]] = {}
    problems: list[Problem] = []
    for role in ROLES:
        read[role], wrong = selectors(OPTIONS[role], given[role])
        problems.extend(wrong)
    chosen = choose(found.machines, read)
    problems.extend(chosen.problems)
    if not chosen.machines and not problems and not found.problems:
        problems.extend(_nothing(chosen))
    return chosen.model_copy(update={"problems": tuple(problems)})


def _nothing(chosen: Chosen) -> list[Problem]:
    allowed = "--control-plane and --worker with a group, a tag or a name that these have"
    if chosen.left_out:
        return [machine.problem(reason, allowed=allowed) for machine, reason in chosen.left_out]
    return [Problem(file="SOURCE", document=0, message="no machine was found in it")]


def _machine_notes(chosen: Chosen) -> Iterator[str]:
    """Yield each note about machines once, with those that it is about."""
    about: dict[str, list[str]] = {}
    for machine in chosen.machines:
        for note in machine.notes:
            about.setdefault(note, []).append(machine.name)
    for note, names in about.items():
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield f"{', '.join(names[:_NAMED])}{more}: {note}"


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise BadInput(tuple(sorted(problems, key=lambda problem: (problem.file, problem.line))))


def _unreadable(files: Mapping[str, str]) -> list[Problem]:
    return [problem for file, text in sorted(files.items()) for problem in read_file(file, text).problems]


class _Start(Frozen):
    """Where a cluster that is described nowhere yet is to be described."""

    folder: str
    name: str
    endpoint: str | None


def _started(files: Mapping[str, str], start: _Start, wanted: list[WantedMachine], wishes: Wishes) -> dict[str, str]:
    """Return the first manifest of a cluster, by its path."""
    file = f"{start.folder}cluster.yaml"
    if file in files:
        allowed = "one Cluster of cluster.x-k8s.io; without this file, an import writes it"
        _refuse([Problem(file=file, message="no Cluster is described here", allowed=allowed)])
    return {file: cluster_text(start.name, wanted, wishes.kubernetes_version, wishes.endpoint or start.endpoint)}


def _started_notes(started: Mapping[str, str], wishes: Wishes) -> list[str]:
    version = wishes.kubernetes_version
    return [f"no cluster was described yet: {file} describes one, with Kubernetes {version}" for file in started]
