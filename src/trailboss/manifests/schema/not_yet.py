"""Fields that Cluster API and wksctl know and that cannot be honoured (yet), with what to write instead.

Empty values (null, "", [], {}, false, 0) ask for nothing and are let through.
"""

from trailboss.manifests.schema import not_yet_pools

_DRAIN_TIMEOUT = "write SSHCluster spec.rollout.drain.timeout"

_CLUSTER = {
    "spec.paused": "not understood in manifests; `trailboss pause NAME` holds a cluster's change",
    "spec.clusterNetwork.apiServerPort": "cannot be honoured yet: API servers listen on 6443; a load balancer's port "
    "is spec.controlPlaneEndpoint.port",
    "spec.topology": "cannot be honoured: write the machines one by one instead of a ClusterClass",
    "spec.availabilityGates": "cannot be honoured: `trailboss status` tells when the cluster is ready",
}
_MACHINE = {
    "spec.bootstrap.configRef": "cannot be honoured: kubeadm's configuration is made from SSHCluster "
    "(apiServer, kubelet, …); write `bootstrap: {}`",
    "spec.bootstrap.dataSecretName": "cannot be honoured: hosts are set up over SSH; write `bootstrap: {}`",
    "spec.bootstrap.data": "cannot be honoured: hosts are set up over SSH; write `bootstrap: {}`",
    "spec.providerID": "cannot be honoured yet; take it out",
    "spec.failureDomain": "cannot be honoured yet; write SSHMachine spec.labels topology.kubernetes.io/zone instead",
    "spec.minReadySeconds": "cannot be honoured yet; take it out",
    "spec.readinessGates": "cannot be honoured yet; take it out",
    "spec.deletion": f"not read here; {_DRAIN_TIMEOUT}, the one limit that there is",
    "spec.taints": "not read here; write SSHMachine spec.taints instead",
    "spec.nodeDrainTimeout": f"not read here; {_DRAIN_TIMEOUT}",
    "spec.nodeDrainTimeoutSeconds": f"not read here; {_DRAIN_TIMEOUT}",
    **{
        f"spec.{name}": f"cannot be honoured: only a drain has a limit; {_DRAIN_TIMEOUT}"
        for name in (
            "nodeVolumeDetachTimeout",
            "nodeDeletionTimeout",
            "nodeVolumeDetachTimeoutSeconds",
            "nodeDeletionTimeoutSeconds",
        )
    },
}
_WKS_CLUSTER = {
    "spec.controllerImage": "not needed: no controller runs in the cluster; take it out",
    "spec.httpProxy": "cannot be honoured yet: use an SSHCluster whose spec.artifacts names a mirror that hosts reach "
    "without a proxy",
    "spec.workloadCluster": "cannot be honoured: every cluster is driven from outside; take it out",
    "spec.authenticationWebhook": "cannot be honoured yet: put its files on the hosts and name them in "
    "spec.apiServer.extraArguments (authentication-token-webhook-config-file)",
    "spec.authorizationWebhook": "cannot be honoured yet: put its files on the hosts and name them in "
    "spec.apiServer.extraArguments (authorization-webhook-config-file)",
    "spec.os": "cannot be honoured yet: put the files on the hosts before, and take os out; package repositories are "
    "not needed, since binaries come from SSHCluster spec.artifacts",
    "spec.cri.package": "cannot be honoured: no packages are installed; have containerd on the hosts, write kind only",
    "spec.cri.version": "cannot be honoured: no packages are installed; have containerd on the hosts, write kind only",
    "spec.cni": "cannot be honoured yet: take it out for routes between the hosts, or use an SSHCluster with "
    "spec.podNetwork: none and apply your own pod network",
    "spec.imageSuffix": "cannot be honoured: upstream images have no suffix; take it out",
    "spec.apiServer.externalLoadBalancer": "an older name; write spec.controlPlaneEndpoint instead",
    "spec.externalLoadBalancer": "an older name; write spec.controlPlaneEndpoint instead",
    "spec.addons": "cannot be honoured yet: take them out and apply them with kubectl once the cluster is ready",
    "spec.cloudProvider": "cannot be honoured: for an external one write spec.kubeletArguments "
    "{name: cloud-provider, value: external}",
    "spec.flavor": "cannot be honoured: only upstream Kubernetes is installed; take it out",
}
_WKS_MACHINE = {"spec.providerID": "cannot be honoured yet; take it out"}

_METADATA = {
    f"metadata.{name}": "written by an API server; take it out"
    for name in ("uid", "resourceVersion", "generation", "managedFields", "ownerReferences", "finalizers", "selfLink")
}

_MACHINE_SPEC = {field.removeprefix("spec."): remedy for field, remedy in _MACHINE.items()}

NOT_YET: dict[str, dict[str, str]] = {
    "Cluster": _CLUSTER | _METADATA,
    "Machine": _MACHINE | _METADATA,
    "ExistingInfraCluster": _WKS_CLUSTER | _METADATA,
    "ExistingInfraMachine": _WKS_MACHINE | _METADATA,
    "SSHCluster": _METADATA,
    "SSHMachine": _METADATA,
    "KubeadmControlPlane": not_yet_pools.control_plane(_MACHINE_SPEC) | _METADATA,
    "KubeadmConfigTemplate": not_yet_pools.CONFIG_TEMPLATE | _METADATA,
    "MachineDeployment": not_yet_pools.deployment(_MACHINE_SPEC) | _METADATA,
    "MachineSet": not_yet_pools.pool(_MACHINE_SPEC) | _METADATA,
    "SSHMachineTemplate": _METADATA,
}
"""kind → field without list positions → what to do instead."""
