from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.model.plan import Plan, Stage
from trailboss.plan import addons, adoption, settings
from trailboss.plan.checks import examine
from trailboss.plan.destruction import destruction, unconfirmed
from trailboss.plan.many import many_go
from trailboss.plan.notes import notes, postponed
from trailboss.plan.observation import Observation
from trailboss.plan.situation import Situation
from trailboss.plan.stages import stages


def compute(
    cluster: Cluster, observation: Observation, former: tuple[Machine, ...] = (), *, destroy_confirmed: bool = False
) -> Plan:
    """Return what has to be done so that what is observed becomes what the manifests say.

    `former`: the machines of the revision that was last carried out; those that the manifests have no more are removed.
    `destroy_confirmed`: an operator has confirmed, for this revision, that the cluster goes; alone it destroys nothing.
    The same input gives the same plan. A plan with refusals has no stages: nothing is done in part. A plan that was
    carried out may not be the last: plan again until it changes nothing.
    """
    if cluster.destroy:
        return destruction(cluster, observation, former) if destroy_confirmed else unconfirmed(cluster, observation)
    situation = adoption.with_adopted(Situation(cluster, observation, former))
    found = examine(situation)
    later = situation.route.later if found.refusals else _later(situation)
    return Plan(
        cluster=cluster.name,
        kubernetes_version=situation.route.next,
        later_versions=later,
        observed_version=observation.api_version,
        stages=() if found.refusals else _stages(situation),
        refusals=found.refusals,
        notes=(*notes(situation), *addons.notes(cluster, observation), *found.notes),
        postponed=postponed(situation),
        waived=found.waived,
        approval=cluster.rollout.approval or many_go(situation),
        windows=cluster.rollout.windows,
        addons=() if found.refusals else addons.planned(cluster, observation, later=bool(later)),
        addons_kept=addons.kept(cluster, observation),
    )


def _stages(situation: Situation) -> tuple[Stage, ...]:
    return adoption.taking_over(situation) if situation.observation.taken_over else stages(situation)


def _later(situation: Situation) -> tuple[str, ...]:
    """Settings are looked at once more after they were changed, or after what they had to wait for.

    A cluster that is taken over is changed by plans of their own, if at all.
    """
    if situation.observation.taken_over:
        remains = bool(stages(adoption.afterwards(situation)))
        return (situation.route.next, *situation.route.later) if remains else ()
    again = (situation.route.next,) if settings.differ(situation) else ()
    return situation.later_versions or again
