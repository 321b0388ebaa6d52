from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.model.plan import Plan, Refusal
from trailboss.plan import settings
from trailboss.plan.checks import examine
from trailboss.plan.notes import notes, postponed
from trailboss.plan.observation import Observation
from trailboss.plan.situation import Situation
from trailboss.plan.stages import stages


def compute(cluster: Cluster, observation: Observation, former: tuple[Machine, ...] = ()) -> Plan:
    """Return what has to be done so that what is observed becomes what the manifests say.

    `former`: the machines of the revision that was last carried out; those that the manifests have no more are removed.
    The same input gives the same plan. A plan with refusals has no stages: nothing is done in part. A plan that was
    carried out may not be the last: plan again until it changes nothing.
    """
    if cluster.destroy:
        return _destroyed_elsewhere(cluster, observation)
    situation = Situation(cluster, observation, former)
    found = examine(situation)
    return Plan(
        cluster=cluster.name,
        kubernetes_version=situation.route.next,
        later_versions=situation.route.later if found.refusals else _later(situation),
        observed_version=observation.api_version,
        stages=() if found.refusals else stages(situation),
        refusals=found.refusals,
        notes=(*notes(situation), *found.notes),
        postponed=postponed(situation),
        waived=found.waived,
        approval=cluster.rollout.approval,
        windows=cluster.rollout.windows,
    )


def _later(situation: Situation) -> tuple[str, ...]:
    """Settings are looked at once more after they were changed, or after what they had to wait for."""
    again = (situation.route.next,) if settings.differ(situation) else ()
    return situation.later_versions or again


def _destroyed_elsewhere(cluster: Cluster, observation: Observation) -> Plan:
    """No push alone takes a cluster apart: an operator's word comes on top of the manifests'."""
    refusal = Refusal(
        reason=f"the manifests say that cluster {cluster.name} is to be destroyed; a push alone destroys nothing",
        remedy=f"run `trailboss destroy {cluster.name}` to confirm it, or take the field out again",
    )
    return Plan(
        cluster=cluster.name,
        kubernetes_version=cluster.kubernetes_version,
        observed_version=observation.api_version,
        refusals=(refusal,),
    )
