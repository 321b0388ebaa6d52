"""etcd's members as numbers: who lives, how many there are, how many must live."""

from typing import Final

from trailboss.plan.observation import ControlPlaneSeen, NodeSeen, Observation

WITHOUT_SPARE: Final = 2
"""Up to so many members, etcd has no quorum while one of them is away."""


def quorum(size: int) -> int:
    """Return how many of `size` voting members must live for etcd to serve."""
    return size // 2 + 1


def alive(observation: Observation) -> frozenset[str]:
    """Return the names of members that are started, vote and are not known to be down."""
    return frozenset(name for name in observation.etcd_members or () if _lives(observation, name))


def size(observation: Observation) -> int:
    """Return the number of members; where it is not known, every control plane's node counts: rather too many."""
    return len(_counted(observation)) if observation.etcd_size is None else observation.etcd_size


def is_counted(observation: Observation, name: str) -> bool:
    """Tell whether `size` counts this machine's member, alive or not."""
    known = _counted(observation) if observation.etcd_size is None else set(observation.etcd_members or ())
    return name in known


def _counted(observation: Observation) -> set[str]:
    nodes = {node.name for node in observation.nodes or () if node.control_plane}
    return nodes | set(observation.etcd_members or ())


def _lives(observation: Observation, name: str) -> bool:
    seen = observation.control_planes.get(name, ControlPlaneSeen())
    if any(pod.startswith("etcd") for pod in seen.unhealthy):
        return False
    facts = observation.machines.get(name)
    return (facts is not None and bool(facts.member)) or _ready(observation.node(name))


def _ready(node: NodeSeen | None) -> bool:
    return node is not None and node.ready
