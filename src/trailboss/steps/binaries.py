"""kubeadm, kubelet and kubectl at the machine's version, downloaded by the host and checked by digest."""

from collections.abc import Sequence

from trailboss.facts import MachineFacts
from trailboss.facts.paths import BINARIES_DIR
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import proxy
from trailboss.steps.command import Command, quoted
from trailboss.steps.download import AT_ONCE, FETCH

NAMES = ("kubelet", "kubeadm", "kubectl")

# The folder lies beside the target, so that the last move is within one file system and so atomic. What an earlier
# run left there is removed: only one long action runs on a host at a time.
_SCRIPT = """\
rm -rf {target}/.trailboss.*
export work; work=$(mktemp -d {target}/.trailboss.XXXXXX); trap 'rm -rf "$work"' EXIT
export base={base}
bring() {{
  fetch "$base/$1.sha256" "$work/$1.sha256"
  fetch "$base/$1" "$work/$1"
  check "$(cut -d' ' -f1 "$work/$1.sha256")" "$work/$1"
  chmod 755 "$work/$1"; sync "$work/$1"
  mv -f "$work/$1" {target}/"$1"
}}
export -f bring
printf '%s\\n' {names} | xargs -P {at_once} -n 1 bash -euc 'bring "$1"' _
"""


def commands(cluster: Cluster, machine: Machine, facts: MachineFacts) -> list[Command]:
    version = machine.kubernetes_version
    if facts.is_adopted:
        return []  # an upgrade brings them
    missing = [name for name in NAMES if not facts.has_binary(f"{BINARIES_DIR}/{name}", version)]
    if not missing:
        return []
    script = download(cluster, machine, facts, missing, BINARIES_DIR)
    return [Command(summary=f"download {', '.join(missing)} {version}", script=script)]


def download(cluster: Cluster, machine: Machine, facts: MachineFacts, names: Sequence[str], target: str) -> str:
    """Return the script that downloads `names` of the machine's version into the folder `target`, which exists."""
    release = f"{cluster.artifacts.binaries.rstrip('/')}/release/v{machine.kubernetes_version}"
    base = quoted(f"{release}/bin/linux/{facts.architecture}")
    return (
        proxy.exports(cluster, machine)
        + FETCH
        + _SCRIPT.format(target=target, base=base, names=" ".join(names), at_once=AT_ONCE)
    )
