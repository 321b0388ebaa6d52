"""Examples of every command, for its `--help`; a test sees that each can be understood."""

EXAMPLES: dict[str, tuple[str, ...]] = {
    "init": (
        "trailboss init herd",
        "trailboss init herd --name prod --control-plane 10.0.0.11 --worker w1=10.0.0.21 --endpoint 10.0.0.10",
    ),
    "validate": ("trailboss validate .", "trailboss validate clusters/prod --output json"),
    "explain": ("trailboss explain SSHCluster.rollout.drain", "trailboss explain"),
    "schemas write": ("trailboss schemas write", "trailboss schemas write .trailboss/schemas --only-all"),
    "plan": ("trailboss plan prod", "trailboss plan clusters/prod --output json"),
    "preflight": ("trailboss preflight prod", "trailboss preflight clusters/prod"),
    "status": ("trailboss status --watch", "trailboss status prod --output json"),
    "kubeconfig": (
        "trailboss kubeconfig prod --merge",
        "trailboss kubeconfig prod --output-file prod.conf",
    ),
    "pause": ("trailboss pause prod --why 'release day'",),
    "resume": ("trailboss resume prod",),
    "abort": ("trailboss abort prod --why 'wrong version'",),
    "approve": ("trailboss approve prod", "trailboss approve prod worker-3 --why 'pods may go'"),
    "skip": ("trailboss skip prod worker-3 --why 'host is dead'",),
    "retry": ("trailboss retry prod",),
    "snapshot create": ("trailboss snapshot create prod --why 'before the migration'",),
    "snapshot list": ("trailboss snapshot list prod",),
    "snapshot restore": ("trailboss snapshot restore prod", "trailboss snapshot restore prod --control-plane cp-2"),
    "destroy": ("trailboss destroy lab --why 'no longer needed'",),
    "logs": ("trailboss logs prod", "trailboss logs prod cp-1 --lines 200", "trailboss logs prod worker-3 --follow"),
    "history": ("trailboss history prod", "trailboss history prod --limit 50 --output json"),
    "ssh": ("trailboss ssh cp-1", "trailboss ssh prod/worker-3 -- systemctl status kubelet"),
    "doctor": ("trailboss doctor", "trailboss doctor prod --output json"),
    "repo add": (
        "trailboss repo add herd git@git.example:ops/herd.git --ssh-key-file /etc/trailboss/git_ed25519",
        "trailboss repo add herd /srv/git/herd.git --interval 10",
    ),
    "repo list": ("trailboss repo list",),
    "repo remove": ("trailboss repo remove herd",),
    "repo poll": ("trailboss repo poll herd",),
    "repo accept": ("trailboss repo accept herd",),
    "dev": ("trailboss dev", "trailboss dev --port 7300 --no-worker"),
    "worker": ("TEMPORAL_ADDRESS=temporal.example:7233 trailboss worker",),
    "demo": ("trailboss demo --keep",),
    "lab up": ("trailboss lab up --control-planes 3 --workers 2",),
    "lab image": ("trailboss lab image",),
    "lab down": ("trailboss lab down", "trailboss lab down --all --engine"),
    "lab replace": ("trailboss lab replace worker-1",),
    "lab manifests": ("trailboss lab manifests herd --cluster demo --kubernetes 1.34.4",),
    "lab status": ("trailboss lab status",),
    "lab exec": ("trailboss lab exec cp-1 crictl ps",),
    "lab ssh": ("trailboss lab ssh cp-1", "trailboss lab ssh cp-1 uptime"),
    "mirror build": ("trailboss mirror build --kubernetes 1.34.4",),
    "mirror list": ("trailboss mirror list --verify",),
}


def examples_of(command: str) -> tuple[str, ...]:
    """Return whole command lines of a command, such as "repo add"; none for one that has its own in its help."""
    return EXAMPLES.get(command, ())
