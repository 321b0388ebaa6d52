from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trailboss.manifests.reading.place import FieldPlace
from trailboss.model.cluster import Cluster, Endpoint
from trailboss.model.machine import Machine
from trailboss.model.problem import Problem


@dataclass(frozen=True)
class MachineDraft:
    """A machine as read. `places`: field of the model → where it was written ("" for the object itself).

    `whole` False: fields of it could not be read, and have their default.
    """

    machine: Machine
    places: Mapping[str, FieldPlace]
    whole: bool = True
    problems: tuple[Problem, ...] = ()

    def at(self, field: str) -> FieldPlace:
        return self.places.get(field, self.places[""])


@dataclass(frozen=True)
class ClusterParts:
    """What an infrastructure object says of its cluster: `values` for the model, `ssh` for every machine.

    `endpoint` and the counts are wksctl's: a second endpoint beside the Cluster's, and numbers of machines as texts.
    `sources`: paths in the repository of files that texts and names were taken from.
    """

    values: Mapping[str, Any]
    ssh: Mapping[str, Any]
    places: Mapping[str, FieldPlace]
    problems: tuple[Problem, ...] = ()
    endpoint: Endpoint | None = None
    control_plane_count: str | None = None
    worker_count: str | None = None
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True)
class MachineParts:
    """What an infrastructure object says of its machine; `ssh` holds only what differs from the cluster's."""

    values: Mapping[str, Any]
    ssh: Mapping[str, Any]
    places: Mapping[str, FieldPlace]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A cluster as read, before it is checked. `cluster.kubernetes_version` is "" where none could be read.

    `complete` False: something of the cluster could not be read, so that counting its machines would mislead.
    `infrastructure_read` False: the same of the object that infrastructureRef names. `unread`: fields of the model
    that are written and could not be read, so that `cluster` has their default; `version_unread`: so is the version.
    """

    cluster: Cluster
    machines: tuple[MachineDraft, ...]
    places: Mapping[str, FieldPlace]
    complete: bool
    infrastructure_read: bool
    parts: ClusterParts
    unread: frozenset[str] = frozenset()
    version_unread: bool = False

    def at(self, field: str) -> FieldPlace:
        return self.places.get(field, self.places[""])
