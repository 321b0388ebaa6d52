"""What is taken over is the very cluster that the manifests mean, and no other."""

from collections.abc import Iterator

from trailboss.model.plan import Refusal
from trailboss.plan import settings
from trailboss.plan.situation import Situation
from trailboss.plan.words import some
from trailboss.steps.kubelet_service import flags_differ, keeps_service


def never_made_anew(situation: Situation) -> Iterator[Refusal]:
    """Where nothing is seen of the cluster that is to be adopted, it is not there yet to be made."""
    if situation.cluster.adopt and situation.initial is not None:
        yield Refusal(
            reason="the manifests adopt a cluster that others made, and none of its machines carries that",
            remedy="check the machines' addresses and `adopt`, the digest of the cluster's authority; for a new cluster"
            " take `adopt` out",
        )


def kubelets_run(situation: Situation) -> Iterator[Refusal]:
    """What a kubelet was told is learned from its process."""
    for machine, facts in situation.observed:
        if machine.name in situation.observation.taken_over and not facts.kubelet_command:
            yield Refusal(
                reason=f"{machine.name} is to be taken over, and its kubelet does not run",
                remedy=f"start the kubelet of {machine.name} as a service of systemd called kubelet",
                temporary=True,
                machine=machine.name,
            )


def kept_kubelets(situation: Situation) -> Iterator[Refusal]:
    """A kubelet whose configuration is not kubeadm's does not hear of what the manifests say."""
    recorded = situation.observation.recorded
    changed = recorded is not None and settings.kubelet_differs(situation.cluster, recorded)
    kept = [(machine, facts) for machine, facts in situation.observed if keeps_service(facts)]
    deaf = [machine.name for machine, facts in kept if changed or flags_differ(situation.cluster, facts)]
    if deaf:
        yield Refusal(
            reason=f"the manifests change the kubelet, and that of {some(deaf)} has a service and a configuration of"
            " its own, which kubeadm did not write",
            remedy="change it there by the tool that wrote it; or take these machines out of the cluster and add them"
            " anew",
        )
