"""etcd's members: the command that lists them on a control plane, and what its answer means."""

import json

from trailboss.model.base import Frozen

_PKI = "/etc/kubernetes/pki/etcd"
_CURL = (
    f"curl -sS --fail-with-body --max-time 10 --cacert {_PKI}/ca.crt"
    f" --cert {_PKI}/healthcheck-client.crt --key {_PKI}/healthcheck-client.key https://127.0.0.1:2379/v3/cluster"
)
LIST_MEMBERS = f"{_CURL}/member/list -d '{{}}'"


class Member(Frozen):
    """One etcd member. `id` is decimal; `name` is "" until the member has started for the first time."""

    id: str
    name: str = ""
    learner: bool = False
    peer_urls: tuple[str, ...] = ()

    def is_at(self, address: str) -> bool:
        host = f"[{address}]" if ":" in address else address
        return any(url.startswith(f"https://{host}:") for url in self.peer_urls)


def parse_members(answer: str) -> tuple[Member, ...]:
    """Return the members in an answer of /v3/cluster/member/list, sorted by name."""
    members = [
        Member(
            id=str(entry["ID"]),
            name=entry.get("name", ""),
            learner=bool(entry.get("isLearner", False)),
            peer_urls=tuple(entry.get("peerURLs", ())),
        )
        for entry in json.loads(answer)["members"]
    ]
    return tuple(sorted(members, key=lambda member: member.name))


def not_settled(members: tuple[Member, ...], name: str) -> str:
    """Return what is still to come before `name` is a full member among full members; "" if nothing is."""
    if name not in [member.name for member in members]:
        return f"{name} to be an etcd member"
    for member in members:
        if not member.name:
            return f"the etcd member at {', '.join(member.peer_urls)} to start"
        if member.learner:
            return f"the etcd member {member.name} to be promoted"
    return ""


def remove_member(member: Member) -> str:
    """Return the script that removes `member`."""
    return f"{_CURL}/member/remove -d '{json.dumps({'ID': member.id})}'"
