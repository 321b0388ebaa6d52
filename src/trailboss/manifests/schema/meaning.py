"""What fields mean, and when a change of one takes effect, for `trailboss explain`, editors and the documentation.

A field without an entry has the `when` of the nearest one around it. Tests hold `when` to the table in
docs/manifests.md.
"""

from typing import NamedTuple


class Meaning(NamedTuple):
    """`when`: keys of WHEN, with commas between; "" for what the field around it says."""

    when: str
    means: str


WHEN = {
    "init": "when the cluster is made: a plan refuses to change it later",
    "join": "when a machine joins",
    "set": "in a running cluster too, one control plane or one batch of nodes after the other",
    "always": "on machines that are members, too",
    "change": "each time that a change is planned",
}

_CLUSTER = {
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
_MACHINE = {
    "metadata.name": Meaning("join", "The machine's name and its node's, up to 63 characters."),
    "spec.clusterName": Meaning("", "The Cluster that the machine belongs to."),
    "spec.version": Meaning("join", "The cluster's version once more; mixed versions are refused."),
    "spec.bootstrap": Meaning("", "Nothing: kubeadm's configuration is made from the cluster's objects."),
    "spec.infrastructureRef": Meaning("", "The object that says how the machine is reached."),
}
_SSH = {
    "user": Meaning("always", "Who logs in. Without it: root."),
    "port": Meaning("always", "Where SSH listens. Without it: 22."),
    "keyFile": Meaning("always", "The private key to log in with. Without it: the worker's setting."),
    "knownHostsFile": Meaning("always", "Host keys that are trusted, in a file. Without it: the worker's setting."),
    "knownHosts": Meaning("always", "Host keys that are trusted, right here; together with the file the only ones."),
    "bastion": Meaning("always", "A jump host, entered with the same key and trusted by the same known hosts."),
}
_ROLLOUT = {
    "": Meaning("change", "How machines that run are changed. Control planes always go one at a time."),
    "maxUnavailable": Meaning("change", "Workers that may be out of service at once; a share is rounded down."),
    "firstAlone": Meaning("change", "Whether one worker goes before all others."),
    "soak": Meaning("change", "How long a changed worker must stay Ready before the next ones go; 0s: not at all."),
    "failureBudget": Meaning("change", "Workers that may fail before the change stops; 0: the first failure stops it."),
    "approval": Meaning("change", "Whether an operator approves each change that takes machines out of service."),
    "removeAtMost": Meaning("change", "How many machines one commit may take away. Without it: one in three."),
    "drain": Meaning("change", "How a machine is emptied of its pods."),
    "drain.timeout": Meaning("change", "How long the drain of one machine may take."),
    "drain.gracePeriod": Meaning("change", "How long each pod may take to end, not longer than timeout."),
    "drain.whenBlocked": Meaning(
        "change",
        "Once a disruption budget has kept a pod for the whole timeout. wait: go on trying; ask: hold that machine "
        "until an operator decides; force: delete the pod.",
    ),
    "drain.unmanagedPods": Meaning("change", "Whether pods without a controller may go, which nothing brings back."),
    "drain.localData": Meaning("change", "Whether pods with emptyDir volumes may go, whose data is lost then."),
    "windows": Meaning("change", "When machines may begin to go out of service. Without it: at any time."),
    "windows.days": Meaning("change", "The days on which the window opens."),
    "windows.start": Meaning("change", "When it opens."),
    "windows.duration": Meaning("change", "How long it stays open."),
    "windows.timeZone": Meaning("change", "Whose clock `start` is by."),
}
_PROXY = "always; kubelets: set"
_ARGUMENTS = "Flags added to kubeadm's own."


def _below(path: str, entries: dict[str, Meaning]) -> dict[str, Meaning]:
    return {f"{path}.{name}" if name else path: meaning for name, meaning in entries.items()}


_SSH_CLUSTER = {
    "spec.kubernetesVersion": Meaning(
        "join, change",
        "The version of Kubernetes on every machine. Newer than what runs: the cluster is upgraded, one minor after "
        "the other; older: a plan refuses it.",
    ),
    "spec.ssh": Meaning("always", "How the worker logs in to the machines; a machine may say otherwise."),
    **_below("spec.ssh", _SSH),
    "spec.imageRepository": Meaning("init", "The registry and path that images are named after."),
    "spec.artifacts": Meaning("join", "Where hosts fetch Kubernetes from."),
    "spec.artifacts.binaries": Meaning("join", "Where binaries come from: upstream, or a mirror of the same layout."),
    "spec.artifacts.images": Meaning("join", "A mirror of images. Without it: hosts pull from imageRepository."),
    "spec.podNetwork": Meaning(
        "always",
        "routes: bridge plugin and static routes, for hosts of one network segment; none: you bring your own.",
    ),
    "spec.containerd": Meaning("always", "Settings of the hosts' containerd."),
    "spec.containerd.cniBinDir": Meaning("always", "Where containerd looks for plugins of the pod network."),
    "spec.containerd.restrictOOMScoreAdj": Meaning("always", "true for hosts that are containers themselves."),
    "spec.proxy": Meaning(_PROXY, "What hosts reach the outside through."),
    "spec.proxy.http": Meaning(_PROXY, "The proxy for http."),
    "spec.proxy.https": Meaning(_PROXY, "The proxy for https."),
    "spec.proxy.noProxy": Meaning(_PROXY, "What is reached without the proxy, beside the cluster's own addresses."),
    "spec.files": Meaning("always", "Files of every host, owned by root, up to 64 KiB each; no secrets."),
    "spec.files.path": Meaning("always", "Where the file goes."),
    "spec.files.content": Meaning("always", "The file's text; this or contentFrom."),
    "spec.files.contentFrom": Meaning("always", "Where the file's text stands in the repository."),
    "spec.files.mode": Meaning("always", "Who may read and write it."),
    "spec.apiServer": Meaning("set", "The API servers."),
    "spec.apiServer.extraArguments": Meaning("set", _ARGUMENTS),
    "spec.apiServer.certSANs": Meaning("set", "Further names in the API servers' certificate."),
    "spec.apiServer.extraVolumes": Meaning("set", "What API servers see of their hosts' files."),
    "spec.apiServer.extraVolumes.pathType": Meaning("set", 'What is checked of the path; "": nothing.'),
    "spec.controllerManager": Meaning("set", "The controller managers."),
    "spec.controllerManager.extraArguments": Meaning("set", _ARGUMENTS),
    "spec.scheduler": Meaning("set", "The schedulers."),
    "spec.scheduler.extraArguments": Meaning("set", _ARGUMENTS),
    "spec.kubelet": Meaning("set", "The kubelets."),
    "spec.kubelet.extraArguments": Meaning("set", "Flags that win over kubeadm's own."),
    "spec.kubelet.configuration": Meaning(
        "set; `cgroupDriver`: init",
        "Fields of KubeletConfiguration, merged over Trailboss's. cgroupDriver is containerd's, too; failSwapOn: false "
        "leaves swap on; failCgroupV1: false lets 1.35 and later onto control groups v1.",
    ),
    "spec.kubeProxy": Meaning("set", "kube-proxy."),
    "spec.kubeProxy.configuration": Meaning("set", "Fields of KubeProxyConfiguration, merged over Trailboss's."),
    "spec.preflight": Meaning("init, join, change", "The checks that come before a change."),
    "spec.preflight.waive": Meaning("init, join, change", "Checks whose failure is let through."),
    **_below("spec.rollout", _ROLLOUT),
    "spec.snapshots": Meaning("change", "Snapshots of etcd, taken before any control plane is changed."),
    "spec.snapshots.store": Meaning("change", "Where they go. Without it: Trailboss's own folder on the worker."),
    "spec.snapshots.keep": Meaning("change", "How many of this cluster stay."),
    "spec.adopt": Meaning(
        "init",
        "The authority of a running cluster that is taken over: the digest of its certificate. With it no new cluster "
        "is ever made.",
    ),
    "spec.destroy": Meaning("change", "true: the cluster is taken apart, once an operator has confirmed that, too."),
}
_SSH_MACHINE = {
    "spec.role": Meaning("join", "What the machine is; a node keeps its role."),
    "spec.address": Meaning("always", "Where SSH connects."),
    "spec.privateAddress": Meaning(
        "join", "What the node registers with. Without it: address; needed where that is a name."
    ),
    "spec.ssh": Meaning("always", "What differs from the cluster's; null takes the cluster's value away."),
    **_below("spec.ssh", _SSH),
    "spec.labels": Meaning("always", "Labels of the node. Those of others stay."),
    "spec.taints": Meaning("always", "Taints of the node. Without the field: Kubernetes' own for the role; []: none."),
    "spec.taints.key": Meaning("always", "The taint's name."),
    "spec.taints.value": Meaning("always", "What tells taints of one name apart."),
    "spec.taints.effect": Meaning("always", "What the taint does to pods that do not tolerate it."),
}
_TEMPLATE = {
    "spec.template": Meaning("", "What machines of a pool have in common."),
    "spec.template.spec.hostSelector": Meaning("change", "Which SSHMachines it may pick, by labels in their metadata."),
    "spec.template.spec.ssh": Meaning("always", "What differs from the cluster's, where the machine says nothing."),
    **_below("spec.template.spec.ssh", _SSH),
    "spec.template.spec.labels": Meaning("always", "Labels of the nodes, where the machine says nothing."),
    "spec.template.spec.taints": Meaning("always", "Taints of the nodes, where the machine says nothing."),
}
MEANING = {
    "Cluster": _CLUSTER,
    "Machine": _MACHINE,
    "SSHCluster": _SSH_CLUSTER,
    "SSHMachine": _SSH_MACHINE,
    "SSHMachineTemplate": _TEMPLATE,
}
"""kind → field without list positions → what it means. Fields of other kinds mean what these do."""

_ANY = {
    "apiVersion": Meaning("", "The group and version of the kind."),
    "kind": Meaning("", "The kind of the object."),
    "metadata": Meaning("", "The object's name; all else in it describes objects of a management cluster."),
    "metadata.name": Meaning("", "The object's name."),
    "metadata.labels": Meaning("", "Mean nothing here, but for the role of wksctl's machines."),
    "metadata.annotations": Meaning("", "Mean nothing here."),
    "metadata.namespace": Meaning("", "Means nothing here."),
    "metadata.creationTimestamp": Meaning("", "Written as null by other tools."),
    "spec": Meaning("", "What is wanted."),
    "status": Meaning("", "What is observed; it does not belong into a manifest."),
}


def meaning_of(kind: str, path: str) -> Meaning:
    """Return what a field means and when it takes effect, as far as it is written down."""
    own = MEANING.get(kind, {})
    found = own.get(path) or _ANY.get(path) or Meaning("", "")
    around = path
    when = found.when
    while not when and "." in around:
        around = around.rpartition(".")[0]
        when = own[around].when if around in own else ""
    return Meaning(when, found.means)


def when_words(when: str) -> str:
    """Return when a change takes effect, in whole words: of "set; `cgroupDriver`: init", two halves."""
    return "; ".join(_when_words(part) for part in when.split("; ") if part)


def _when_words(part: str) -> str:
    about, colon, words = part.rpartition(": ")
    told = ", and ".join(WHEN.get(word, word) for word in words.split(", "))
    return f"{about}{colon}{told}"
