"""The kubelet is replaced last, on an empty machine: its program, kubectl beside it, its service; then it restarts.

kubeadm alone writes the kubelet's own configuration; nothing here touches it.
"""

from trailboss.facts import MachineFacts
from trailboss.facts.paths import BINARIES_DIR
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import kubelet_service
from trailboss.steps.command import Command
from trailboss.steps.installing import install

# A kubelet that cannot live with its configuration ends within a second or two, and systemd starts it again later.
_RESTART = """\
systemctl daemon-reload
systemctl enable -q kubelet
systemctl restart kubelet
main() { systemctl show --property MainPID --value kubelet; }
before=$(main); sleep 4
if ! systemctl is-active -q kubelet || [ "$(main)" != "$before" ]; then
  echo "the kubelet does not stay up; its last words:" >&2
  journalctl --unit kubelet --lines 15 --no-pager --output cat >&2 || true
  exit 1
fi
"""


def commands(cluster: Cluster, machine: Machine, facts: MachineFacts) -> list[Command]:
    version = machine.kubernetes_version
    missing = [name for name in ("kubelet", "kubectl") if not facts.has_binary(f"{BINARIES_DIR}/{name}", version)]
    found = [install(version, missing)] if missing else []
    written = kubelet_service.files(cluster, machine, facts, replacing=True)
    runs = facts.kubelet_running == version and facts.kubelet_active and facts.kubelet_enabled
    if written or "kubelet" in missing or not runs:
        return [*found, *written, Command(summary="restart the kubelet", script=_RESTART)]
    return found
