"""Images are on the machine before kubeadm runs, so that nothing waits for a pull later."""

from trailboss.facts import MachineFacts
from trailboss.facts.paths import BINARIES_DIR, IMAGE_LISTS, STATE, staged
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import proxy
from trailboss.steps.command import Command, quoted
from trailboss.steps.download import AT_ONCE, FETCH

_WORKER_IMAGES = "/(kube-proxy|pause|coredns):"
_ALL_IMAGES = "."

# A list is written last, and names what there must be; each image counts only once containerd knows it.
_START = """\
rm -rf {state}/images.tmp.*
export work; work=$(mktemp -d {state}/images.tmp.XXXXXX); trap 'rm -rf "$work"' EXIT
ctr -n k8s.io images ls -q </dev/null > "$work/there"
"""
_FINISH = """\
ctr -n k8s.io images ls -q </dev/null > "$work/there"
while read -r reference; do
  grep -Fxq -- "$reference" "$work/there" || {{ echo "$reference was brought and is not there" >&2; exit 1; }}
done < "$work/references"
mkdir -p {lists}; sync "$work/references"; mv -f "$work/references" {lists}/v{version}
"""

_IMPORT = """\
export base={base}
fetch "$base/IMAGES" "$work/all"
awk -v want={want} 'NF == 3 && $3 ~ want' "$work/all" > "$work/list"
[ -s "$work/list" ] || {{ echo "$base/IMAGES names no images" >&2; exit 1; }}
awk '{{print $3}}' "$work/list" > "$work/references"
bring() {{ # DIGEST FILE REFERENCE
  case $2 in */*) echo "$2: not the name of an archive" >&2; return 1;; esac
  if grep -Fxq -- "$3" "$work/there"; then return 0; fi
  fetch "$base/$2" "$work/$2"
  check "$1" "$work/$2"
  ctr -n k8s.io images import "$work/$2" </dev/null >/dev/null
  rm -f "$work/$2"
  echo "imported $3"
}}
export -f bring
xargs -r -P {at_once} -L 1 bash -euc 'bring "$@"' _ < "$work/list"
"""

_PULL = """\
# A kubeadm knows the images of its own version only, so the staged one comes before an older one that is installed.
kubeadm={staged}/kubeadm; [ -x "$kubeadm" ] || kubeadm={installed}
"$kubeadm" config images list --kubernetes-version v{version} --image-repository {repository} > "$work/all" </dev/null
grep -E -- {want} "$work/all" > "$work/references"
bring() {{ # REFERENCE
  if grep -Fxq -- "$1" "$work/there"; then return 0; fi
  for attempt in 1 2 3; do
    if ctr -n k8s.io images pull --hosts-dir /etc/containerd/certs.d "$1" </dev/null >/dev/null; then
      echo "pulled $1"; return 0
    fi
    sleep "$attempt"
  done
  echo "cannot pull $1" >&2; return 1
}}
export -f bring
xargs -r -P {at_once} -n 1 bash -euc 'bring "$1"' _ < "$work/references"
"""


def commands(cluster: Cluster, machine: Machine, facts: MachineFacts) -> list[Command]:
    version = machine.kubernetes_version
    listed = facts.image_lists.get(version, ())
    if listed and facts.images.issuperset(listed):
        return []
    middle = _import(cluster, machine) if cluster.artifacts.images else _pull(cluster, machine)
    begin = proxy.exports(cluster, machine) + FETCH + _START.format(state=STATE)
    script = begin + middle + _FINISH.format(lists=IMAGE_LISTS, version=version)
    return [Command(summary=f"bring the images of Kubernetes {version}", script=script)]


def _import(cluster: Cluster, machine: Machine) -> str:
    base = f"{(cluster.artifacts.images or '').rstrip('/')}/images/v{machine.kubernetes_version}"
    return _IMPORT.format(base=quoted(base), want=quoted(_wanted(machine)), at_once=AT_ONCE)


def _pull(cluster: Cluster, machine: Machine) -> str:
    return _PULL.format(
        staged=staged(machine.kubernetes_version),
        installed=f"{BINARIES_DIR}/kubeadm",
        version=machine.kubernetes_version,
        repository=quoted(cluster.image_repository),
        want=quoted(_wanted(machine)),
        at_once=AT_ONCE,
    )


def _wanted(machine: Machine) -> str:
    """Return the extended regular expression of the references that a machine of this role needs."""
    return _WORKER_IMAGES if machine.role == "worker" else _ALL_IMAGES
