from collections.abc import Iterable, Iterator

from trailboss.manifests.group import Group
from trailboss.manifests.normalise.draft import Draft, MachineDraft
from trailboss.manifests.schema.addresses import is_ip
from trailboss.model.problem import Problem


def address_problems(draft: Draft, _group: Group) -> Iterator[Problem]:
    """Yield machines that cannot be told apart, or whose nodes would have no address."""
    logins: dict[tuple[str, int, str | None], MachineDraft] = {}
    nodes: dict[str, MachineDraft] = {}
    for item in draft.machines:
        machine = item.machine
        login = (machine.address, machine.ssh.port, machine.ssh.bastion)
        before = logins.setdefault(login, item)
        if before is not item:
            yield _same(item, before, "address", f"{machine.address} port {machine.ssh.port}")
            continue
        before = nodes.setdefault(machine.node_address, item)
        if before is not item:
            field = "private_address" if machine.private_address else "address"
            yield _same(item, before, field, machine.node_address)


def node_address_problems(draft: Draft, _group: Group) -> Iterator[Problem]:
    """Yield machines known by a DNS name only: a node registers with an IP address."""
    for item in draft.machines:
        if item.whole and not is_ip(item.machine.node_address):
            yield item.at("address").problem(
                "a node registers with an IP address, and this machine has only a name",
                found=item.machine.node_address,
                allowed="an IPv4 address, or this name together with the private address in IPv4",
            )


def taint_problems(draft: Draft, _group: Group) -> Iterator[Problem]:
    """Yield taints that are given twice: Kubernetes keeps one for each key and effect."""
    for item in draft.machines:
        pairs = [(taint.key, taint.effect) for taint in item.machine.taints or ()]
        for pair in sorted({pair for pair in pairs if pairs.count(pair) > 1}):
            found = f"{pairs.count(pair)} times {pair[0]}:{pair[1]}"
            message = "a taint that is given more than once"
            yield item.at("taints").problem(message, found=found, allowed="one taint for each key and effect")


def shared_host_problems(drafts: Iterable[Draft]) -> Iterator[Problem]:
    """Yield machines whose address another cluster has too; a warning, since sites may use the same ranges."""
    first: dict[tuple[str, int, str | None], tuple[str, MachineDraft]] = {}
    for draft in drafts:
        for item in draft.machines:
            machine = item.machine
            login = (machine.address, machine.ssh.port, machine.ssh.bastion)
            cluster, before = first.setdefault(login, (draft.cluster.name, item))
            if cluster != draft.cluster.name:
                yield item.at("address").problem(
                    "another cluster has a machine at this address; a host belongs to one cluster",
                    found=f"{machine.address}, also {before.machine.name} of {cluster}",
                    severity="warning",
                )


def _same(item: MachineDraft, before: MachineDraft, field: str, address: str) -> Problem:
    found = f"{address}, which {before.machine.name} has ({before.at(field)})"
    return item.at(field).problem("two machines at one address", found=found, allowed="an address of its own")
