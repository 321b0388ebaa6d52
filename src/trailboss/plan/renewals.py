"""Certificates are renewed before all else, one control plane at a time: nothing goes well once they have ended."""

from datetime import timedelta

from trailboss.model.machine import Machine
from trailboss.model.plan import MachineOperation, Step
from trailboss.plan.certificates import due
from trailboss.plan.operations import operations, steps
from trailboss.plan.situation import Situation
from trailboss.plan.words import some

_MOST_NAMED = 2


def renew_certificates(situation: Situation) -> tuple[MachineOperation, ...]:
    members = (machine for machine in situation.cluster.control_planes if situation.is_member(machine))
    return operations("renew", ((machine, _steps(situation, machine)) for machine in members))


def _steps(situation: Situation, machine: Machine) -> list[Step]:
    facts = situation.facts(machine)
    ending = due(facts) if facts else ()
    begun = facts is not None and facts.renewal_begun
    if not ending and not begun:
        return []
    cut_off = ["an earlier renewal was cut off"] if begun else []
    ended = begun or any(one.left <= timedelta() for one in ending)
    return steps(
        {
            # etcd is not well where a certificate has ended, and this is what makes it so.
            "etcd-gate": "" if ended else "etcd has to do without this machine for a while",
            "renew-certificates": some([*cut_off, *map(str, ending)], _MOST_NAMED),
            "etcd-member": "the next control plane waits until this one serves again, as an etcd member",
        }
    )
