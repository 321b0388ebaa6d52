"""How etcd's members fare: commands for a control plane, and whether one of them may go out of service."""

import json
import shlex
from collections.abc import Sequence

from trailboss.facts.etcd import Member
from trailboss.model.base import Frozen

_PKI = "/etc/kubernetes/pki/etcd"
OWN = "https://127.0.0.1:2379"
CURL = (
    f"curl -sS --fail-with-body --max-time 10 --cacert {_PKI}/ca.crt"
    f" --cert {_PKI}/healthcheck-client.crt --key {_PKI}/healthcheck-client.key"
)
_PEER_PORT, _CLIENT_PORT = ":2380", ":2379"


class Status(Frozen):
    """What one member says of itself. Ids are decimal; `leader` is "0" where it knows none.

    `errors`: its own words for what is wrong (no leader, an alarm).
    """

    member: str
    leader: str = "0"
    version: str = ""
    errors: tuple[str, ...] = ()

    @property
    def healthy(self) -> bool:
        return self.leader != "0" and not self.errors

    @property
    def leads(self) -> bool:
        return self.member == self.leader


def ask_statuses(urls: Sequence[str]) -> str:
    """Return the script that prints one line for each client URL: the member's status, or {} where it does not answer.

    It ends well in any case.
    """
    ask = f"{CURL} \"$url/v3/maintenance/status\" -d '{{}}' 2>/dev/null"
    return f'for url in {shlex.join(urls)}; do\n  answer=$({ask}) || answer={{}}\n  echo "$answer"\ndone\n'


def parse_statuses(output: str) -> tuple[Status | None, ...]:
    """Return a status for each line, None for a member that did not answer."""
    return tuple(_status(json.loads(line)) for line in output.splitlines() if line.strip())


def _status(answer: dict[str, object]) -> Status | None:
    header = answer.get("header")
    if not isinstance(header, dict):
        return None
    errors = answer.get("errors") or ()
    return Status(
        member=str(header.get("member_id", "")),
        leader=str(answer.get("leader", "0")),
        version=str(answer.get("version", "")),
        errors=tuple(str(error) for error in errors) if isinstance(errors, list) else (),
    )


def client_url(member: Member) -> str:
    """Return where clients reach a member of a kubeadm cluster, "" for one that has no peer URL."""
    return member.peer_urls[0].removesuffix(_PEER_PORT) + _CLIENT_PORT if member.peer_urls else ""


def transfer_leadership(to: str) -> str:
    """Return the script, for the member that leads, that makes the member with the id `to` lead."""
    return f"{CURL} {OWN}/v3/maintenance/transfer-leadership -d '{json.dumps({'targetID': to})}'\n"


def unhealthy(members: Sequence[Member], statuses: Sequence[Status | None]) -> str:
    """Return what is still to come before all members are started, voting and well; "" if nothing is."""
    well = {status.member: status for status in statuses if status is not None}
    for member in members:
        if not member.name:
            return f"the etcd member at {', '.join(member.peer_urls)} to start"
        if member.learner:
            return f"the etcd member {member.name} to be promoted"
        status = well.get(member.id)
        if status is None:
            return f"the etcd member {member.name} to answer"
        if not status.healthy:
            return f"the etcd member {member.name} to be well ({'; '.join(status.errors) or 'it knows no leader'})"
    return ""


def quorum_without(voters: int) -> bool:
    """Tell whether etcd keeps its quorum while one of `voters` members, all of them well, is down."""
    return voters - 1 >= quorum(voters)


def quorum(voters: int) -> int:
    return voters // 2 + 1
