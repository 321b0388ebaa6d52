"""Whose a host is, and that no two machines are the same one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from trailboss.model.machine import Machine, SSHAccess
from trailboss.model.plan import Refusal
from trailboss.plan.replaced import is_replaced, stands_in
from trailboss.plan.situation import Situation


def hosts_are_ours(situation: Situation) -> Iterator[Refusal]:
    name = situation.cluster.name
    for machine, facts in situation.observed:
        if facts.owner and facts.owner != name:
            yield Refusal(
                reason=f"host {machine.name} ({machine.address}) belongs to cluster {facts.owner}",
                remedy=f"take it out of cluster {facts.owner} first, or name another host",
            )
        elif facts.carries_other_kubernetes:
            traces = ", ".join(facts.kubernetes_traces)
            if situation.cluster.adopt:
                traces += "; its authority is not the one that the manifests adopt"
            yield Refusal(
                reason=f"host {machine.name} carries Kubernetes that Trailboss did not put there: {traces}",
                remedy=f"if nothing on it is needed, run `kubeadm reset` on {machine.name} and push again; a cluster"
                " that is to live on is taken over with `trailboss adopt`",
            )


def machines_differ(situation: Situation) -> Iterator[Refusal]:
    machines, observed = situation.cluster.machines, list(situation.observed)
    named = {
        "address": [(_login(machine), machine.name) for machine in machines if machine.ssh.bastion is None],
        "node address": [(machine.node_address, machine.name) for machine in machines],
        "machine id": [(facts.machine_id, machine.name) for machine, facts in observed],
        "hostname": [(facts.hostname, machine.name) for machine, facts in observed],
    }
    remedies = {
        "machine id": "hosts cloned from one image need ids of their own: empty /etc/machine-id and run"
        " `systemd-machine-id-setup`",
        "hostname": "give each host a name of its own: `hostnamectl set-hostname`",
    }
    for what, values in named.items():
        for value, names in _shared(values):
            remedy = remedies.get(what, "each machine of the manifests is a host of its own")
            yield Refusal(reason=f"{' and '.join(names)} have the same {what} {value}", remedy=remedy)


def nodes_are_their_machines(situation: Situation) -> Iterator[Refusal]:
    """A node of the machine's name may be another host's: joining would take its place.

    The API calls a node Ready for most of a minute after its host has died; one that was replaced is waited for.
    """
    for machine, facts in situation.observed:
        node = situation.observation.node(machine.name)
        if node is None or is_replaced(situation.observation, machine):
            continue
        another = bool(node.machine_id and facts.machine_id and node.machine_id != facts.machine_id)
        if another or not facts.member:
            why = "belongs to another host" if another else "is not on this host any more"
            yield Refusal(
                reason=f"the API has a node {machine.name} already, which {why} (machine id {node.machine_id})",
                remedy=f"give the new machine another name, or remove the old one: `kubectl delete node {machine.name}`"
                " and, of a control plane, its etcd member",
                temporary=stands_in(situation.observation, machine),
            )


def _login(machine: Machine) -> str:
    """Return where SSH connects; hosts behind one address have ports of their own, which are forwarded to them."""
    port = SSHAccess().port
    return machine.address if machine.ssh.port == port else f"{machine.address}:{machine.ssh.port}"


def _shared(values: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Return each value that more than one name has."""
    names = defaultdict(list)
    for value, name in values:
        names[value].append(name)
    return [(value, found) for value, found in names.items() if value and len(found) > 1]
