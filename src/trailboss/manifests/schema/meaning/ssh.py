"""What the fields of our own kinds mean."""

from trailboss.manifests.schema.meaning.addons import ADDON
from trailboss.manifests.schema.meaning.words import Meaning, below

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
SSH_CLUSTER = {
    "spec.kubernetesVersion": Meaning(
        "join, change",
        "The version of Kubernetes on every machine. Newer than what runs: the cluster is upgraded, one minor after "
        "the other; older: a plan refuses it.",
    ),
    "spec.ssh": Meaning("always", "How the worker logs in to the machines; a machine may say otherwise."),
    **below("spec.ssh", _SSH),
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
    **below("spec.rollout", _ROLLOUT),
    "spec.snapshots": Meaning("change", "Snapshots of etcd, taken before any control plane is changed."),
    "spec.snapshots.store": Meaning("change", "Where they go. Without it: Trailboss's own folder on the worker."),
    "spec.snapshots.keep": Meaning("change", "How many of this cluster stay."),
    **below("spec.addons", ADDON),
    "spec.adopt": Meaning(
        "init",
        "The authority of a running cluster that is taken over: the digest of its certificate. With it no new cluster "
        "is ever made.",
    ),
    "spec.destroy": Meaning("change", "true: the cluster is taken apart, once an operator has confirmed that, too."),
}
SSH_MACHINE = {
    "spec.role": Meaning("join", "What the machine is; a node keeps its role."),
    "spec.address": Meaning("always", "Where SSH connects."),
    "spec.privateAddress": Meaning(
        "join", "What the node registers with. Without it: address; needed where that is a name."
    ),
    "spec.ssh": Meaning("always", "What differs from the cluster's; null takes the cluster's value away."),
    **below("spec.ssh", _SSH),
    "spec.labels": Meaning("always", "Labels of the node. Those of others stay."),
    "spec.taints": Meaning("always", "Taints of the node. Without the field: Kubernetes' own for the role; []: none."),
    "spec.taints.key": Meaning("always", "The taint's name."),
    "spec.taints.value": Meaning("always", "What tells taints of one name apart."),
    "spec.taints.effect": Meaning("always", "What the taint does to pods that do not tolerate it."),
}
TEMPLATE = {
    "spec.template": Meaning("", "What machines of a pool have in common."),
    "spec.template.spec.hostSelector": Meaning("change", "Which SSHMachines it may pick, by labels in their metadata."),
    "spec.template.spec.ssh": Meaning("always", "What differs from the cluster's, where the machine says nothing."),
    **below("spec.template.spec.ssh", _SSH),
    "spec.template.spec.labels": Meaning("always", "Labels of the nodes, where the machine says nothing."),
    "spec.template.spec.taints": Meaning("always", "Taints of the nodes, where the machine says nothing."),
}
