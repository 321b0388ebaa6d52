"""What must hold before a plan is carried out.

Every check runs; each returns all of its refusals with reason and remedy. Those with a name (`model.checks`) can be
waived by the manifests. One without a name guards what no word of the manifests makes right.
"""

from dataclasses import dataclass
from typing import Final

from trailboss.model.plan import Refusal
from trailboss.plan.checks import (
    adoption,
    certificates,
    drains,
    etcd,
    health,
    hosts,
    identity,
    membership,
    removals,
    settings,
    skew,
    versions,
)
from trailboss.plan.checks.finding import Check, Finding
from trailboss.plan.situation import Situation

CHECKS: Final[tuple[tuple[str, Check], ...]] = (
    ("", membership.control_planes_exist),
    ("", membership.control_planes_answer),
    ("", membership.api_answers),
    ("", membership.not_initialised_elsewhere),
    ("", membership.no_restore_half_way),
    ("", membership.a_control_plane_stays),
    ("", membership.endpoint_stays),
    ("", membership.nodes_are_there),
    ("", membership.roles_stay),
    ("", identity.hosts_are_ours),
    ("UniqueHosts", identity.machines_differ),
    ("", identity.nodes_are_their_machines),
    ("", versions.supported),
    ("", versions.machines_agree),
    ("", versions.no_downgrade),
    ("", versions.no_minor_skipped),
    ("", versions.all_control_planes_known),
    ("", versions.control_groups),
    ("ArtifactsPresent", versions.released),
    ("VersionSkew", skew.versions_agree),
    ("DeprecatedApis", skew.deprecated_apis),
    ("ClocksAgree", hosts.clocks_agree),
    ("", hosts.node_addresses),
    ("DiskSpace", hosts.disk_space),
    ("Memory", hosts.memory),
    ("NodesReady", health.nodes_ready),
    ("ControlPlanePodsHealthy", health.control_plane_pods),
    ("CertificatesValid", certificates.certificates),
    ("EtcdHealthy", etcd.healthy),
    ("EtcdQuorum", etcd.quorum_in_upgrades),
    ("", etcd.quorum_in_removals),
    ("EvictionsPossible", drains.evictions),
    ("PodsAtRisk", drains.pods_at_risk),
    ("", removals.few_at_once),
    ("", removals.can_be_reset),
    ("", settings.settings_that_stay),
    ("", adoption.never_made_anew),
    ("", adoption.kubelets_run),
    ("", adoption.kept_kubelets),
)
"""Name, by which it can be waived, and check."""


@dataclass(frozen=True)
class Findings:
    """`waived`: refusals that the manifests let pass."""

    refusals: tuple[Refusal, ...]
    waived: tuple[Refusal, ...]
    notes: tuple[str, ...]


def examine(situation: Situation) -> Findings:
    """Run every check and return all that they find."""
    found = [(name, finding) for name, check in CHECKS for finding in check(situation)]
    refusals = [_named(name, finding) for name, finding in found if isinstance(finding, Refusal)]
    waived = situation.manifests.waived
    return Findings(
        refusals=tuple(refusal for refusal in refusals if not _passes(refusal, waived)),
        waived=tuple(refusal for refusal in refusals if _passes(refusal, waived)),
        notes=(*(finding for _, finding in found if isinstance(finding, str)), *_unknown(waived)),
    )


def _named(name: str, finding: Refusal) -> Refusal:
    return finding.model_copy(update={"check": name})


def _passes(refusal: Refusal, waived: tuple[str, ...]) -> bool:
    return bool(refusal.check) and refusal.check in waived


def _unknown(waived: tuple[str, ...]) -> list[str]:
    known = {name for name, _ in CHECKS}
    return [f"the manifests waive {name}, and no check has that name" for name in waived if name not in known]


__all__ = ["CHECKS", "Check", "Finding", "Findings", "examine"]
