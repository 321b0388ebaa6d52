"""As `not_yet.py`, for what makes machines of templates: KubeadmControlPlane, MachineDeployment, MachineSet."""

from collections.abc import Mapping

_SET_UP = "cannot be honoured: hosts are yours; set them up before they are handed over, and take this out"
_OWN_TOKENS = "not needed: each join has a token of its own; take it out"
_NAME = "cannot be honoured: a node is called as its SSHMachine; take it out"
_NOT_REPLACED = "cannot be honoured: a host that fails is not replaced by another; take it out"
_NEXT_PUSH = "cannot be honoured: changes come with a push; SSHCluster spec.rollout.windows tells when they may begin"

_VOLUMES = "cannot be honoured yet: only API servers see more of their hosts than kubeadm shows them"
_COMPONENT = {
    "extraEnvs": "cannot be honoured: write extraArgs where there is a flag for it",
}
_NODE_REGISTRATION = {
    "name": _NAME,
    "imagePullPolicy": "cannot be honoured: images are pulled before kubeadm runs; take it out",
    "imagePullSerial": "cannot be honoured: images are pulled before kubeadm runs; take it out",
}
_ADVERTISE = "cannot be honoured: write SSHMachine spec.privateAddress of each host instead"
_KUBEADM = {
    "skipPhases": "cannot be honoured: every phase is needed; take it out",
    "patches": "cannot be honoured: write extraArgs, or SSHCluster spec.kubelet.configuration",
    "timeouts": "cannot be honoured: take it out",
}


def _under(prefix: str, fields: Mapping[str, str]) -> dict[str, str]:
    return {f"{prefix}.{name}": remedy for name, remedy in fields.items()}


_JOIN = {
    **_under("joinConfiguration.nodeRegistration", _NODE_REGISTRATION),
    **_under("joinConfiguration", _KUBEADM),
    "joinConfiguration.discovery": _OWN_TOKENS,
    "joinConfiguration.caCertPath": "cannot be honoured: kubeadm's own path is used; take it out",
    "joinConfiguration.controlPlane.localAPIEndpoint.advertiseAddress": _ADVERTISE,
}
_HOST = {
    "files.append": "cannot be honoured: a file is written whole; write all of its text",
    "files.contentFrom": "cannot be honoured: there are no Secrets here; write content, or SSHCluster spec.files with "
    "contentFrom, a file of the cluster's folder",
    "files.contentFormat": "cannot be honoured: a file is written as it stands here; take it out",
    "files.encoding": "cannot be honoured: write the text itself as content",
    "diskSetup": _SET_UP,
    "mounts": _SET_UP,
    "bootCommands": _SET_UP,
    "preKubeadmCommands": _SET_UP,
    "postKubeadmCommands": "cannot be honoured: what is to run on nodes is best a DaemonSet; take it out",
    "users": "cannot be honoured: hosts are yours; the user that logs in is SSHCluster spec.ssh.user",
    "ntp": _SET_UP,
    "verbosity": "cannot be honoured: the end of kubeadm's output is told where it fails; take it out",
    "useExperimentalRetryJoin": "not needed: a join that fails is tried again; take it out",
    "ignition": _SET_UP,
}
_IN_JOIN_ONLY = "means nothing to workers: only a KubeadmControlPlane has one; take it out"

_CLUSTER_CONFIGURATION = {
    **_under("apiServer", _COMPONENT),
    "apiServer.timeoutForControlPlane": "cannot be honoured: take it out",
    **_under("controllerManager", {"extraVolumes": _VOLUMES, **_COMPONENT}),
    **_under("scheduler", {"extraVolumes": _VOLUMES, **_COMPONENT}),
    "etcd.external": "cannot be honoured yet: etcd runs on the control planes; take it out",
    **_under(
        "etcd.local",
        dict.fromkeys(
            ("imageRepository", "imageTag", "extraArgs", "extraEnvs", "serverCertSANs", "peerCertSANs"),
            "cannot be honoured yet: etcd has kubeadm's settings and image; take it out",
        ),
    ),
    "dns": "cannot be honoured yet: CoreDNS has kubeadm's image; clusterConfiguration.imageRepository moves it",
    "featureGates": "cannot be honoured yet: these are kubeadm's own; for Kubernetes' write extraArgs feature-gates",
    "useHyperKubeImage": "cannot be honoured: there is no such image any more; take it out",
    "certificateValidityPeriodDays": "cannot be honoured: certificates last a year and are renewed by themselves",
    "caCertificateValidityPeriodDays": "cannot be honoured: authorities last ten years",
    "encryptionAlgorithm": "cannot be honoured: keys are RSA-2048",
}
_CONTROL_PLANE_CONFIG = {
    **_JOIN,
    **_HOST,
    **_under("initConfiguration.nodeRegistration", _NODE_REGISTRATION),
    **_under("initConfiguration", _KUBEADM),
    "initConfiguration.bootstrapTokens": _OWN_TOKENS,
    "initConfiguration.localAPIEndpoint.advertiseAddress": _ADVERTISE,
    **_under("clusterConfiguration", _CLUSTER_CONFIGURATION),
}


def control_plane(machine: Mapping[str, str]) -> dict[str, str]:
    """Return what of a KubeadmControlPlane is refused; `machine`: what of a Machine's spec is, without `spec.`."""
    certificates = "cannot be honoured: certificates are renewed by themselves, within 30 days of their end"
    return {
        **_under("spec.kubeadmConfigSpec", _CONTROL_PLANE_CONFIG),
        **_under("spec.machineTemplate", {name: machine[name] for name in _V1BETA1_TEMPLATE}),
        **_under("spec.machineTemplate.spec", {name: machine[name] for name in _V1BETA2_TEMPLATE}),
        "spec.rollout.before": certificates,
        "spec.rollout.after": _NEXT_PUSH,
        "spec.rolloutBefore": certificates,
        "spec.rolloutAfter": _NEXT_PUSH,
        "spec.upgradeAfter": _NEXT_PUSH,
        "spec.nodeDrainTimeout": machine["nodeDrainTimeout"],
        "spec.remediation": _NOT_REPLACED,
        "spec.remediationStrategy": _NOT_REPLACED,
        "spec.machineNaming": _NAME,
        "spec.machineNamingStrategy": _NAME,
    }


_V1BETA1_TEMPLATE = ("readinessGates", "nodeDrainTimeout", "nodeVolumeDetachTimeout", "nodeDeletionTimeout", "taints")
_V1BETA2_TEMPLATE = ("readinessGates", "deletion", "taints")


def pool(machine: Mapping[str, str]) -> dict[str, str]:
    """Return what of a MachineSet is refused; `machine` as above."""
    order = "cannot be honoured: hosts are picked in the order of their names, and the last ones go first; take it out"
    of_machines = {name: remedy for name, remedy in machine.items() if name not in _TAKEN}
    return {
        **_under("spec.template.spec", of_machines),
        "spec.deletePolicy": order,
        "spec.deletion": order,
        "spec.machineNaming": _NAME,
        "spec.machineNamingStrategy": _NAME,
    }


_TAKEN = ("bootstrap.configRef", "minReadySeconds")


def deployment(machine: Mapping[str, str]) -> dict[str, str]:
    """Return what of a MachineDeployment is refused; `machine` as above."""
    of_pool = {field: remedy for field, remedy in pool(machine).items() if field != "spec.deletePolicy"}
    order = of_pool["spec.deletion"]
    return {
        **of_pool,
        "spec.paused": "not understood in manifests; `trailboss pause NAME` holds a cluster's change",
        "spec.rolloutAfter": _NEXT_PUSH,
        "spec.rollout.after": _NEXT_PUSH,
        "spec.remediation": _NOT_REPLACED,
        "spec.strategy.remediation": _NOT_REPLACED,
        "spec.strategy.rollingUpdate.deletePolicy": order,
        "spec.revisionHistoryLimit": "not needed: Git keeps what was before; take it out",
        "spec.progressDeadlineSeconds": "cannot be honoured: write SSHCluster spec.rollout.drain.timeout, the "
        "one limit that there is",
    }


CONFIG_TEMPLATE = {
    **_under("spec.template.spec", {**_JOIN, **_HOST}),
    "spec.template.spec.clusterConfiguration": _IN_JOIN_ONLY,
    "spec.template.spec.initConfiguration": _IN_JOIN_ONLY,
}
