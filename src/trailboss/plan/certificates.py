"""Which certificates of a control plane have to be renewed, and which nobody but their owner can renew."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from trailboss.facts import Certificate, MachineFacts

EARLY: Final = timedelta(days=30)
"""How long before their end certificates are renewed; a change that waits for its window needs the time."""
_SHARE: Final = 3
"""Of certificates that are made for less than three months, the last third: else a new one would be due at once."""
_ETCD = ("pki/etcd/", "pki/apiserver-etcd-client.crt")


@dataclass(frozen=True)
class Ending:
    """A certificate that holds only for `left` more, by its machine's own clock; `left` may be negative."""

    name: str
    ends: datetime
    left: timedelta

    def __str__(self) -> str:
        if self.left <= timedelta():
            return f"{self.name} has ended on {self.ends:%Y-%m-%d}"
        return f"{self.name} ends on {self.ends:%Y-%m-%d}, in {self.left.days} days"


def due(facts: MachineFacts) -> tuple[Ending, ...]:
    """Return the certificates that kubeadm can renew here and that it is time for, the first to end first."""
    found = [_ending(facts, name) for name, one in facts.certificates.items() if _is_due(facts, one)]
    return _sorted([one for one in found if not is_authority(one.name) and not _is_external(facts, one.name)])


def not_renewable(facts: MachineFacts, within: timedelta) -> tuple[Ending, ...]:
    """Return what ends `within` and is not for kubeadm to renew: authorities, and what those sign whose key is away."""
    found = [_ending(facts, name) for name in facts.certificates]
    ours = [one for one in found if is_authority(one.name) or _is_external(facts, one.name)]
    return _sorted([one for one in ours if one.left < within])


def is_authority(name: str) -> bool:
    return name.endswith("ca.crt")


def _is_due(facts: MachineFacts, one: Certificate) -> bool:
    early = min(EARLY.total_seconds(), (one.ends - one.begins) / _SHARE)
    return bool(facts.epoch) and one.ends - facts.epoch < early


def _is_external(facts: MachineFacts, name: str) -> bool:
    return not is_authority(name) and _authority(name) in facts.authorities_without_key


def _authority(name: str) -> str:
    if name.startswith(_ETCD):
        return "pki/etcd/ca.crt"
    return "pki/front-proxy-ca.crt" if "front-proxy" in name else "pki/ca.crt"


def _ending(facts: MachineFacts, name: str) -> Ending:
    ends = facts.certificates[name].ends
    return Ending(name, datetime.fromtimestamp(ends, UTC), timedelta(seconds=ends - facts.epoch))


def _sorted(found: list[Ending]) -> tuple[Ending, ...]:
    return tuple(sorted(found, key=lambda one: (one.ends, one.name)))
