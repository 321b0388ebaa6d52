"""A host whose node others have made becomes Trailboss's: marks, and names for its programs where ours would lie.

No setting, pod or process is touched. What the host was like is kept in the mark `facts.paths.ADOPTED`, in one line:
"packaged" (at the next upgrade the kubelet gets Trailboss's service) or "kept" (it reads a configuration that kubeadm
does not write, and its service stays its own for good); the digest of the kubelet's flags that the manifests give it
now; and its own flags, which those do not have.
"""

from dataclasses import dataclass

from trailboss.facts import MachineFacts
from trailboss.facts.kubelet_flags import CONFIG, configuration_file, own
from trailboss.facts.machine_facts import ADOPTED
from trailboss.facts.paths import ADOPTED as MARK
from trailboss.facts.paths import BINARIES_DIR, KUBERNETES_DIR, MEMBER
from trailboss.model.cluster import Cluster
from trailboss.steps.binaries import NAMES
from trailboss.steps.command import digest, quoted
from trailboss.steps.files import write

FACTS = ("machine_id", "owner", "member", "present", "etcd_data", "authority", "kubelet_command", "kubeadm_flags")
_ELSEWHERE = "/usr/bin"

# The member's mark comes last: with it the host counts as one of the cluster. A program of ours is never replaced.
_NAMES = """\
[ -s {kubeconfig} ] || {{ echo "{kubeconfig} is gone: this host is no node any more" >&2; exit 1; }}
for name in {names}; do
  if [ ! -e {bin}/$name ] && [ -x {elsewhere}/$name ]; then ln -sfn {elsewhere}/$name {bin}/$name; fi
done
"""


@dataclass(frozen=True)
class Adopted:
    """What the mark tells."""

    keeps_service: bool
    digest: str
    flags: tuple[str, ...]


def read(facts: MachineFacts) -> Adopted:
    how, digest_, *flags = [*facts.adopted.split(), "", ""]
    return Adopted(how == "kept", digest_, tuple(flag for flag in flags if flag))


def can_be_taken_over(cluster: Cluster, facts: MachineFacts) -> bool:
    """Tell whether the host carries the very cluster that the manifests adopt, and nobody has it."""
    free = facts.owner in ("", cluster.name) and not facts.member
    return free and bool(facts.kubernetes_traces) and cluster.adopt is not None and facts.authority == cluster.adopt


def counted_as_adopted(cluster: Cluster, facts: MachineFacts) -> MachineFacts:
    """Return the facts of a host as they are once it has been taken over."""
    return facts.model_copy(update=marks(cluster, facts))


def marks(cluster: Cluster, facts: MachineFacts) -> dict[str, str]:
    """Return the facts that taking a host over changes."""
    return {"member": ADOPTED, "adopted": mark(cluster, facts)}


def flags_digest(cluster: Cluster) -> str:
    """Return a digest of the kubelet's flags that the manifests give."""
    return digest(" ".join(f"{name}={value}" for name, value in sorted(_wanted(cluster).items())))[:16]


def mark(cluster: Cluster, facts: MachineFacts) -> str:
    """Return the line that tells what the host is like, whose kubelet runs."""
    wanted = _wanted(cluster)
    more = [f"--{name}={value}" for name, value in own(facts).items() if wanted.get(name) != value]
    how = "packaged" if configuration_file(facts) == CONFIG else "kept"
    return " ".join([how, flags_digest(cluster), *more])


def script(cluster: Cluster, facts: MachineFacts) -> str:
    """Return what makes the host one of the cluster; it may run any number of times."""
    names = _NAMES.format(
        kubeconfig=f"{KUBERNETES_DIR}/kubelet.conf",
        names=" ".join(NAMES),
        bin=quoted(BINARIES_DIR),
        elsewhere=_ELSEWHERE,
    )
    return names + write(MARK, f"{mark(cluster, facts)}\n") + write(MEMBER, f"{ADOPTED}\n")


def _wanted(cluster: Cluster) -> dict[str, str]:
    return {name.lstrip("-"): value for name, value in cluster.kubeadm.kubelet_extra_args.items()}
