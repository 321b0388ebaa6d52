"""The kubelet's unit and kubeadm's drop-in, as upstream's packages have them, for binaries in /usr/local/bin."""

from trailboss.facts import MachineFacts
from trailboss.facts.paths import BINARIES_DIR, KUBELET_DEFAULTS, KUBELET_DROP_IN, KUBELET_PROXY, KUBELET_UNIT
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import proxy
from trailboss.steps.command import Command
from trailboss.steps.files import wanted

_UNIT = f"""\
[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart={BINARIES_DIR}/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
"""

_DROP_IN = f"""\
# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf \
--kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
# This is a file that "kubeadm init" and "kubeadm join" generate at runtime
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
# This is a file that the user's settings for the kubelet come from; it wins
EnvironmentFile=-{KUBELET_DEFAULTS}
ExecStart=
ExecStart={BINARIES_DIR}/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
"""

_RELOAD = """systemctl daemon-reload
systemctl enable -q kubelet
if systemctl is-active -q kubelet; then systemctl restart kubelet; fi
"""


def commands(cluster: Cluster, machine: Machine, facts: MachineFacts) -> list[Command]:
    written = files(cluster, machine, facts)
    if written or not facts.kubelet_enabled:
        return [*written, Command(summary="enable the kubelet", script=_RELOAD)]
    return []


def files(cluster: Cluster, machine: Machine, facts: MachineFacts) -> list[Command]:
    """Return the commands that write what is not right yet of the service's files."""
    return [
        *wanted(facts, KUBELET_UNIT, _UNIT),
        *wanted(facts, KUBELET_DROP_IN, _DROP_IN),
        *wanted(facts, KUBELET_DEFAULTS, _defaults(cluster)),
        *proxy.drop_in(cluster, machine, facts, KUBELET_PROXY),
    ]


def _defaults(cluster: Cluster) -> str:
    # Nothing is escaped: manifests refuse what systemd would not hand on as it stands (manifests/schema/texts.py).
    values = cluster.kubeadm.kubelet_extra_args.items()
    words = " ".join(f"--{name.lstrip('-')}={value}" for name, value in values)
    return f'KUBELET_EXTRA_ARGS="{words}"\n'
