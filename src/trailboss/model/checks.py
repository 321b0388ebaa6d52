"""Names of Trailboss's own checks, by which SSHCluster `spec.preflight.waive` lets what they find pass."""

OWN_CHECKS: tuple[str, ...] = (
    "NodesReady",  # every node is Ready, and not short of disk space, memory or processes
    "ControlPlanePodsHealthy",  # API servers, controller managers, schedulers and etcd run on every control plane
    "EtcdHealthy",  # every etcd member is started and healthy, none is a learner, no alarm is raised
    "EtcdQuorum",  # etcd keeps its quorum while one member is away
    "CertificatesValid",  # no certificate of the control planes is about to expire
    "DiskSpace",  # every machine has room for the new binaries and images
    "Memory",  # every machine has the memory that its role needs
    "ClocksAgree",  # the machines' clocks agree with the worker's
    "UniqueHosts",  # no two machines share a host name, an address or a machine-id
    "ArtifactsPresent",  # binaries and images of the version can be had, and their digests are right
    "EvictionsPossible",  # no disruption budget would block the drain of a machine
    "PodsAtRisk",  # no drain would lose a pod without a controller, or the data of an emptyDir
    "DeprecatedApis",  # nobody has asked for an API that the new version serves no more
    "VersionSkew",  # API servers, kubelets and the other components are as close in version as Kubernetes asks for
)
