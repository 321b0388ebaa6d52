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
    "spec.cri.package": "cannot be honoured: containerd is the host's own package, of its own version; write kind only",
    "spec.cri.version": "cannot be honoured: containerd is the host's own package, of its own version; write kind only",
    "spec.cni": "cannot be honoured: no command is run to bring a pod network; take it out for routes between the "
    "hosts, or use an SSHCluster with spec.podNetwork: none and an addon that brings your own pod network",
    "spec.addons": "cannot be honoured: wksctl's addons are not there any more; take them out, and have an SSHCluster "
    "with spec.addons (weave-net needs nothing in its place: hosts get routes for pods)",
    "spec.flavor": "cannot be honoured: only upstream Kubernetes is installed; take it out",
    "spec.externalLoadBalancer": "not here; write spec.controlPlaneEndpoint instead",
}
_PRIVATE_INTERFACE = "cannot be honoured: addresses are not looked up on hosts; write private.address"

_METADATA = {
    f"metadata.{name}": "written by an API server; take it out"
    for name in ("uid", "resourceVersion", "generation", "managedFields", "ownerReferences", "finalizers", "selfLink")
}

_MACHINE_SPEC = {field.removeprefix("spec."): remedy for field, remedy in _MACHINE.items()}
_OLD_CLUSTER = {
    f"spec.providerSpec.value.{field.removeprefix('spec.')}": remedy.replace(
        "spec.controlPlaneEndpoint", "apiServer.externalLoadBalancer"
    )
    for field, remedy in _WKS_CLUSTER.items()
} | {"spec.providerSpec.valueFrom": "cannot be honoured: write the fields below value"}
_OLD_MACHINE = {
    "spec.providerSpec.value.privateInterface": _PRIVATE_INTERFACE,
    "spec.providerSpec.valueFrom": "cannot be honoured: write the fields below value",
    "spec.providerID": "cannot be honoured: a node's provider ID is not set; take it out",
    "spec.taints": "not read here; write an SSHMachine with spec.taints instead",
    "spec.metadata": "not read here; write an SSHMachine with spec.labels instead",
    "spec.configSource": "cannot be honoured: kubelets are set up by kubeadm; take it out",
}

NOT_YET: dict[str, dict[str, str]] = {
    "Cluster": _CLUSTER | _METADATA,
    "Machine": _MACHINE | _METADATA,
    "ExistingInfraCluster": _WKS_CLUSTER | _METADATA,
    "ExistingInfraMachine": _METADATA,
    "SSHCluster": _METADATA,
    "SSHMachine": _METADATA,
    "KubeadmControlPlane": not_yet_pools.control_plane(_MACHINE_SPEC) | _METADATA,
    "KubeadmConfigTemplate": not_yet_pools.CONFIG_TEMPLATE | _METADATA,
    "MachineDeployment": not_yet_pools.deployment(_MACHINE_SPEC) | _METADATA,
    "MachineSet": not_yet_pools.pool(_MACHINE_SPEC) | _METADATA,
    "SSHMachineTemplate": _METADATA,
    "Cluster of cluster.k8s.io": _OLD_CLUSTER | _METADATA,
    "Machine of cluster.k8s.io": _OLD_MACHINE | _METADATA,
}
"""kind (`Kind.label`) → field without list positions → what to do instead."""
