from trailboss.model.cluster import Cluster
from trailboss.model.plan import Plan
from trailboss.plan.checks import refusals
from trailboss.plan.notes import notes, postponed
from trailboss.plan.observation import Observation
from trailboss.plan.situation import Situation
from trailboss.plan.stages import stages


def compute(cluster: Cluster, observation: Observation) -> Plan:
    """Return what has to be done so that what is observed becomes what the manifests say.

    The same input gives the same plan. A plan with refusals has no stages: nothing is done in part.
    """
    situation = Situation(cluster, observation)
    refused = refusals(situation)
    return Plan(
        cluster=cluster.name,
        kubernetes_version=cluster.kubernetes_version,
        observed_version=observation.api_version,
        stages=() if refused else stages(situation),
        refusals=refused,
        notes=tuple(notes(situation)),
        postponed=postponed(situation),
    )
