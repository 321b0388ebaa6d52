"""The kubelet's unit and kubeadm's drop-in, as upstream's packages have them, for binaries in /usr/local/bin."""

from trailboss.facts import MachineFacts
from trailboss.facts.paths import BINARIES_DIR, KUBELET_DEFAULTS, KUBELET_DROP_IN, KUBELET_PROXY, KUBELET_UNIT
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import proxy, taking_over
from trailboss.steps.command import Command, digest
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
    written = files(cluster, machine, facts, replacing=True)
    if written or not facts.kubelet_enabled:
        return [*written, Command(summary="enable the kubelet", script=_RELOAD)]
    return []


def files(cluster: Cluster, machine: Machine, facts: MachineFacts, *, replacing: bool = False) -> list[Command]:
    """Return the commands that write what is not right yet of the service's files.

    An adopted host has the service that others gave it, until its flags change or its kubelet is replaced.
    """
    proxied = proxy.drop_in(cluster, machine, facts, KUBELET_PROXY)
    if is_others(facts) and (keeps_service(facts) or not (replacing or flags_differ(cluster, facts))):
        return proxied
    return [
        *wanted(facts, KUBELET_UNIT, _UNIT),
        *wanted(facts, KUBELET_DROP_IN, _DROP_IN),
        *wanted(facts, KUBELET_DEFAULTS, _defaults(cluster, facts)),
        *proxied,
    ]


def is_others(facts: MachineFacts) -> bool:
    """Tell whether the kubelet's service is still the one that an adopted host came with."""
    return facts.is_adopted and facts.files.get(KUBELET_DROP_IN) != digest(_DROP_IN)


def keeps_service(facts: MachineFacts) -> bool:
    """Tell whether an adopted host's kubelet has a service of its own for good: nothing of it is kubeadm's."""
    return facts.is_adopted and taking_over.read(facts).keeps_service


def flags_differ(cluster: Cluster, facts: MachineFacts) -> bool:
    """Tell whether the manifests give an adopted host's kubelet other flags than when it was taken over."""
    return facts.is_adopted and taking_over.read(facts).digest not in ("", taking_over.flags_digest(cluster))


def _defaults(cluster: Cluster, facts: MachineFacts) -> str:
    # Nothing is escaped: manifests refuse what systemd would not hand on as it stands (manifests/schema/texts.py).
    values = cluster.kubeadm.kubelet_extra_args.items()
    own = taking_over.read(facts).flags if facts.is_adopted else ()
    words = " ".join([*own, *(f"--{name.lstrip('-')}={value}" for name, value in values)])
    return f'KUBELET_EXTRA_ARGS="{words}"\n'
