"""What the fields of Cluster API's Cluster and Machine mean."""

from trailboss.manifests.schema.meaning.words import Meaning

CLUSTER = {
    "metadata.name": Meaning("init", "The cluster's name, and that of its folder."),
    "spec.clusterNetwork": Meaning("init", "The addresses and names inside the cluster."),
    "spec.clusterNetwork.pods": Meaning("", "Addresses of pods."),
    "spec.clusterNetwork.pods.cidrBlocks": Meaning(
        "init", "The range of pods; each machine takes a /24 of it. Without it: 10.244.0.0/16."
    ),
    "spec.clusterNetwork.services": Meaning("", "Addresses of services."),
    "spec.clusterNetwork.services.cidrBlocks": Meaning(
        "init", "The range of services, /28 or larger. Without it: 10.96.0.0/12."
    ),
    "spec.clusterNetwork.serviceDomain": Meaning("init", "The domain under which services are found by name."),
    "spec.controlPlaneEndpoint": Meaning(
        "init, join",
        "Where clients and nodes reach the API server: a balancer or virtual address that you provide. "
        "Without it: the first control plane by name.",
    ),
    "spec.controlPlaneEndpoint.host": Meaning("init, join", "The balancer's address."),
    "spec.controlPlaneEndpoint.port": Meaning(
        "init, join", "The balancer's port; the API servers behind it listen on 6443."
    ),
    "spec.infrastructureRef": Meaning("", "The object that holds what Cluster API itself cannot say."),
}
MACHINE = {
    "metadata.name": Meaning("join", "The machine's name and its node's, up to 63 characters."),
    "spec.clusterName": Meaning("", "The Cluster that the machine belongs to."),
    "spec.version": Meaning("join", "The cluster's version once more; mixed versions are refused."),
    "spec.bootstrap": Meaning("", "Nothing: kubeadm's configuration is made from the cluster's objects."),
    "spec.infrastructureRef": Meaning("", "The object that says how the machine is reached."),
}
