"""A version's programs lie on a machine before anything there is changed: an upgrade then waits for no download."""

from trailboss.facts import MachineFacts
from trailboss.facts.paths import ARTIFACTS, staged
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps.binaries import NAMES, download
from trailboss.steps.command import Command

# The mark is written last, and holds what the programs must be when they are installed.
_SEAL = """\
cd {folder}
sha256sum {names} > complete.new; sync complete.new {names}; mv -f complete.new complete
"""

_PRUNE = """\
for old in {artifacts}/*; do
  case ${{old##*/}} in {kept}) ;; *) rm -rf "$old" ;; esac
done
"""


def commands(cluster: Cluster, machine: Machine, facts: MachineFacts) -> list[Command]:
    """Bring what the machine's version needs; only that and what is installed now stays."""
    version = machine.kubernetes_version
    kept = {version, *(binary.version for binary in facts.binaries.values() if binary.version)}
    old = [other for other in facts.staged if other not in kept]
    missing = version not in facts.staged
    found = [_prune(kept)] if old or missing else []
    return found + ([_stage(cluster, machine, facts)] if missing else [])


def _stage(cluster: Cluster, machine: Machine, facts: MachineFacts) -> Command:
    folder = staged(machine.kubernetes_version)
    script = (
        f"mkdir -p {folder}\n"
        + download(cluster, machine, facts, NAMES, folder)
        + _SEAL.format(folder=folder, names=" ".join(NAMES))
    )
    return Command(summary=f"download {', '.join(NAMES)} {machine.kubernetes_version} to {folder}", script=script)


def _prune(kept: set[str]) -> Command:
    named = sorted(kept)
    script = _PRUNE.format(artifacts=ARTIFACTS, kept="|".join(f"v{version}" for version in named))
    return Command(summary=f"keep staged programs of {', '.join(named)} only", script=script)
