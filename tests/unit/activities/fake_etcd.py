"""etcd without etcd: what its HTTP gateway answers, on whichever member it is asked."""

import json
import re
from dataclasses import dataclass, field

from trailboss.model.errors import CommandFailed
from trailboss.model.machine import Machine

_TARGET = re.compile(r'"targetID": "(\d+)"')
_REMOVED = re.compile(r'"ID": "(\d+)"')


@dataclass
class Etcd:
    """Members by machine; ids are the last number of their address. `down`: machines that do not answer at all."""

    members: list[Machine]
    leader: str = ""
    down: set[str] = field(default_factory=set)
    learners: set[str] = field(default_factory=set)
    alarms: list[dict[str, str]] = field(default_factory=list)
    deaf: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.leader = self.leader or self.members[0].name

    def answer(self, machine: Machine, script: str) -> str:
        if machine not in self.members:
            raise CommandFailed(machine.name, "curl", 7, "connection refused")
        if "member/list" in script:
            return json.dumps({"members": [self._listed(member) for member in self.members]})
        if "member/remove" in script:
            (gone,) = _REMOVED.findall(script)
            self.members = [member for member in self.members if number(member) != gone]
            return "{}"
        if "maintenance/alarm" in script:
            return json.dumps({"header": {}, **({"alarms": self.alarms} if self.alarms else {})})
        if "transfer-leadership" in script:
            return self._transfer(script)
        return "\n".join(self._status(machine, url) for url in re.findall(r"https://[0-9.]+:2379", script))

    def _listed(self, member: Machine) -> dict[str, object]:
        learner = {"isLearner": True} if member.name in self.learners else {}
        return {"ID": number(member), "name": member.name, "peerURLs": [f"https://{member.address}:2380"], **learner}

    def _status(self, asked: Machine, url: str) -> str:
        member = asked if "127.0.0.1" in url else next(m for m in self.members if f"//{m.address}:" in url)
        if member.name in self.down:
            return "{}"
        leader = number(next(m for m in self.members if m.name == self.leader))
        return json.dumps({"header": {"member_id": number(member)}, "version": "3.6.5", "leader": leader})

    def _transfer(self, script: str) -> str:
        (target,) = _TARGET.findall(script)
        name = next(member.name for member in self.members if number(member) == target)
        if name in self.deaf | self.down:
            raise CommandFailed(self.leader, "curl", 22, "etcdserver: request timed out")
        self.leader = name
        return "{}"


def number(machine: Machine) -> str:
    return machine.address.rpartition(".")[2]
