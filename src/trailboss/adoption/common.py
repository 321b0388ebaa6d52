from trailboss.adoption.kubeadm_flags import OF_EACH_KUBELET
from trailboss.adoption.seen import Seen
from trailboss.facts.kubelet_flags import flags, own


def common_flags(seen: Seen) -> list[tuple[str, str]]:
    """Return the flags that every kubelet has, sorted: machines that join later need them, too."""
    every = []
    for host in seen.looked_at.values():
        given = {**flags(host.facts.kubeadm_flags), **own(host.facts)}
        every.append({(name, value) for name, value in given.items() if name not in OF_EACH_KUBELET})
    return sorted(set.intersection(*every)) if every else []
