"""etcd's members and alarms: the commands that list them on a control plane, and what the answers mean."""

import json

from trailboss.model.base import Frozen

_PKI = "/etc/kubernetes/pki/etcd"
_CURL = (
    f"curl -sS --fail-with-body --max-time 10 --cacert {_PKI}/ca.crt"
    f" --cert {_PKI}/healthcheck-client.crt --key {_PKI}/healthcheck-client.key https://127.0.0.1:2379/v3"
)
LIST_MEMBERS = f"{_CURL}/cluster/member/list -d '{{}}'"
LIST_ALARMS = f"""{_CURL}/maintenance/alarm -d '{{"action":"GET"}}'"""
HEALTH = f"{LIST_MEMBERS} && echo && {LIST_ALARMS}"
"""Prints both answers, one in each line."""


class Member(Frozen):
    """One etcd member. `id` is decimal; `name` is "" until the member has started for the first time."""

    id: str
    name: str = ""
    learner: bool = False
    peer_urls: tuple[str, ...] = ()

    def is_at(self, address: str) -> bool:
        host = f"[{address}]" if ":" in address else address
        return any(url.startswith(f"https://{host}:") for url in self.peer_urls)


class Alarm(Frozen):
    """What a member raised: `name` is "NOSPACE" or "CORRUPT"; etcd then takes no writes until somebody sees to it."""

    member_id: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} of member {self.member_id}"


def parse_health(output: str) -> tuple[tuple[Member, ...], tuple[Alarm, ...]]:
    """Return the members and the alarms in what `HEALTH` prints."""
    members, _, alarms = output.strip().partition("\n")
    return parse_members(members), parse_alarms(alarms)


def parse_alarms(answer: str) -> tuple[Alarm, ...]:
    """Return the alarms in an answer of /v3/maintenance/alarm; without any, the field is left out."""
    found = json.loads(answer).get("alarms", [])
    return tuple(Alarm(member_id=str(entry.get("memberID", "0")), name=entry.get("alarm", "NONE")) for entry in found)


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


def problems(members: tuple[Member, ...], alarms: tuple[Alarm, ...]) -> tuple[str, ...]:
    """Return what is wrong with etcd as a whole, in words; nothing while every member is started and votes."""
    names = {member.id: member.name or ", ".join(member.peer_urls) for member in members}
    unstarted = [f"the etcd member at {names[member.id]} has not started" for member in members if not member.name]
    learners = [f"the etcd member {member.name} is a learner" for member in members if member.name and member.learner]
    raised = [
        f"the etcd member {names.get(alarm.member_id, alarm.member_id)} has raised the alarm {alarm.name}"
        for alarm in alarms
    ]
    return (*unstarted, *learners, *raised)


def remove_member(member: Member) -> str:
    """Return the script that removes `member`."""
    return f"{_CURL}/cluster/member/remove -d '{json.dumps({'ID': member.id})}'"
