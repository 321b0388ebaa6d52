"""What must hold before a plan is made. Every check runs; each returns all of its refusals with reason and remedy."""

from collections.abc import Callable, Iterator

from trailboss.model.plan import Refusal
from trailboss.plan.checks import hosts, identity, membership, versions
from trailboss.plan.situation import Situation

Check = Callable[[Situation], Iterator[Refusal]]

CHECKS: tuple[Check, ...] = (
    membership.control_planes_exist,
    membership.control_planes_answer,
    membership.api_answers,
    membership.not_initialised_elsewhere,
    membership.nodes_are_there,
    membership.roles_stay,
    identity.hosts_are_ours,
    identity.machines_differ,
    identity.nodes_are_their_machines,
    versions.supported,
    versions.machines_agree,
    versions.running_version_stays,
    versions.control_groups,
    hosts.clocks_agree,
    hosts.node_addresses,
    hosts.disk_space,
)


def refusals(situation: Situation) -> tuple[Refusal, ...]:
    return tuple(refusal for check in CHECKS for refusal in check(situation))
