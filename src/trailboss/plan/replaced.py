"""A host that was replaced in place: the manifests have its machine as before, and a blank host answers for it."""

from trailboss.model.machine import Machine
from trailboss.plan.observation import Observation


def is_replaced(observation: Observation, machine: Machine) -> bool:
    """Tell whether the node of the machine's name is that of a host which is gone: nobody else's, and not alive.

    The last applied revision had this machine, so that the node is ours. Its kubelet is silent. The host that answers
    carries nothing of any cluster. Whoever is only cut off from the network is not known by that: what tells him from a
    dead one is that another host has come in his place, and that somebody has put it there.
    """
    node = observation.node(machine.name)
    left = node is not None or machine.name in (observation.etcd_members or ())
    return stands_in(observation, machine) and left and (node is None or not node.ready)


def stands_in(observation: Observation, machine: Machine) -> bool:
    """Tell whether a blank host answers for a machine of ours, whether or not the old one still lives."""
    facts = observation.machines.get(machine.name)
    if facts is None or observation.nodes is None or machine.name not in observation.applied:
        return False
    return not (facts.owner or facts.member or facts.kubernetes_traces)
