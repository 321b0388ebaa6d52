"""Swap is off, now and after a reboot, unless the kubelet is told to live with it."""

from trailboss.facts import MachineFacts
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps.command import Command

# The original is kept once: a second run must not overwrite it with what the first one made.
_COMMENT_OUT = r"""[ -e /etc/fstab.before-trailboss ] || cp -p /etc/fstab /etc/fstab.before-trailboss
sed -E 's/^([[:space:]]*[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]])/# trailboss: \1/' \
  /etc/fstab > /etc/fstab.trailboss-new
chmod --reference=/etc/fstab /etc/fstab.trailboss-new; sync /etc/fstab.trailboss-new
mv -f /etc/fstab.trailboss-new /etc/fstab
"""


def commands(cluster: Cluster, _machine: Machine, facts: MachineFacts) -> list[Command]:
    if facts.is_adopted or cluster.kubeadm.kubelet_configuration.get("failSwapOn") is False:
        return []
    found = []
    if facts.swaps:
        found.append(Command(summary=f"turn swap off ({', '.join(facts.swaps)})", script="swapoff -a\n"))
    if facts.fstab_swaps:
        found.append(Command(summary="comment swap out of /etc/fstab", script=_COMMENT_OUT))
    return found
