"""Wanted machines → the texts of a cluster's folder, with as few changes as that takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from trailboss.imports.editing import FieldChange, edit, ssh_now
from trailboss.imports.folder_text import Entry, FolderText
from trailboss.imports.new_text import HEADER, machine_text
from trailboss.imports.wanted import WantedMachine
from trailboss.model.problem import Problem


@dataclass
class Merged:
    """`files`: all of the folder, changed or not. `gone`: machines that the source does not have; `removed` of them."""

    files: dict[str, str] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    changes: list[FieldChange] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class _There:
    """One machine of the manifests; `infrastructure` None: it refers to nothing that is there."""

    name: str
    machine: Entry
    infrastructure: Entry | None

    @property
    def ours(self) -> bool:
        described = self.infrastructure is not None and isinstance(self.infrastructure.look("spec"), dict)
        return described and self.infrastructure is not None and self.infrastructure.look("kind") == "SSHMachine"

    def spec(self, *location: str) -> Any:  # noqa: ANN401 - any YAML
        return self.infrastructure.look("spec", *location) if self.infrastructure else None


def merge(folder: FolderText, wanted: Iterable[WantedMachine], target: str, cluster: str, *, prune: bool) -> Merged:
    """Bring the machines of a folder to what is wanted; `target`: the file for new ones, where none has any yet.

    Machines are known by their names, else by their addresses: one that the user has renamed stays renamed.
    """
    ssh = _cluster_ssh(folder)
    there = {machine.name: machine for machine in _machines(folder)}
    merged = Merged()
    new: list[WantedMachine] = []
    for machine, match in _paired(list(wanted), there, ssh):
        if match is None:
            new.append(machine)
            continue
        there.pop(match.name)
        _change(merged, machine, match, ssh)
    merged.gone = list(there)
    if prune:
        _remove(merged, there.values())
    merged.files = folder.render()
    _append(merged, new, _home(folder) or target, cluster, ssh)
    return merged


def _change(merged: Merged, machine: WantedMachine, there: _There, ssh: Mapping[str, Any]) -> None:
    if not there.ours:
        merged.notes.append(f"{there.name}: described by no SSHMachine; left as it is")
        return
    assert there.infrastructure is not None  # noqa: S101 - `ours` has just said so
    if machine.name != there.name:
        merged.notes.append(f"{machine.name} is {there.name} here, by its address; the name stays")
    if there.spec("role") != machine.spec["role"]:
        merged.problems.append(_other_role(machine, there))
    else:
        merged.changes.extend(edit(there.name, there.infrastructure, machine, ssh))


def _other_role(machine: WantedMachine, there: _There) -> Problem:
    return machine.found.problem(
        "has another role in the manifests, and a node keeps its role",
        field="role",
        found=f"{machine.spec['role']}; {there.spec('role')} in {there.machine.file}",
        allowed="the role it has; for another, take the machine out of the manifests and give it another name",
    )


def _remove(merged: Merged, gone: Iterable[_There]) -> None:
    for machine in gone:
        machine.machine.remove()
        if machine.infrastructure is not None:
            machine.infrastructure.remove()
        merged.removed.append(machine.name)


def _append(merged: Merged, new: list[WantedMachine], file: str, cluster: str, ssh: Mapping[str, Any]) -> None:
    if not new:
        return
    text = merged.files.get(file, HEADER)
    text += "" if text.endswith("\n") or not text else "\n"
    for machine in new:
        own = {field: value for field, value in machine.spec.get("ssh", {}).items() if ssh_now({}, ssh, field) != value}
        spec = {**machine.spec, "ssh": own}
        text += machine_text(machine, cluster, {field: value for field, value in spec.items() if value})
        merged.added.append(machine.name)
    merged.files[file] = text


def _machines(folder: FolderText) -> Iterable[_There]:
    infrastructure = {(entry.look("kind"), entry.name): entry for entry in folder.entries}
    for machine in folder.of_kind("Machine"):
        reference = [machine.look("spec", "infrastructureRef", key) for key in ("kind", "name")]
        yield _There(machine.name, machine, infrastructure.get((reference[0], str(reference[1]))))


def _paired(
    wanted: list[WantedMachine], there: Mapping[str, _There], ssh: Mapping[str, Any]
) -> list[tuple[WantedMachine, _There | None]]:
    named = {machine.name for machine in wanted}
    others = [machine for name, machine in there.items() if name not in named and machine.ours]
    pairs: list[tuple[WantedMachine, _There | None]] = []
    for machine in wanted:
        match = there.get(machine.name) or next((one for one in others if _same_host(machine, one, ssh)), None)
        others = [one for one in others if one is not match]
        pairs.append((machine, match))
    return pairs


def _same_host(machine: WantedMachine, there: _There, ssh: Mapping[str, Any]) -> bool:
    ports = [machine.spec.get("ssh", {}).get("port", 22), ssh_now(there.spec("ssh"), ssh, "port")]
    same_login = machine.spec["address"] == there.spec("address") and ports[0] == ports[1]
    private = machine.spec.get("privateAddress")
    return same_login or (private is not None and private == there.spec("privateAddress"))


def _cluster_ssh(folder: FolderText) -> Mapping[str, Any]:
    ssh = next((entry.look("spec", "ssh") for entry in folder.of_kind("SSHCluster")), None)
    return ssh if isinstance(ssh, dict) else {}


def _home(folder: FolderText) -> str | None:
    """Return the file that the machines are in: the last one's, for new ones come after it."""
    machines = folder.of_kind("SSHMachine")
    return machines[-1].file if machines else None
