"""What must hold between the addons of a cluster."""

from collections.abc import Iterator

from trailboss.addons.order import cycle
from trailboss.manifests.group import Group
from trailboss.manifests.normalise.draft import Draft
from trailboss.model.problem import Problem


def name_problems(draft: Draft, _group: Group) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for number, addon in enumerate(draft.cluster.addons):
        if first.setdefault(addon.name, number) != number:
            before = draft.at(f"addons.{first[addon.name]}")
            yield draft.at(f"addons.{number}").problem(
                "an addon's name that is given twice", found=f"{addon.name}, first in {before}"
            )


def circle_problems(draft: Draft, _group: Group) -> Iterator[Problem]:
    addons = draft.cluster.addons
    if circle := cycle(addons):
        place = draft.at(f"addons.{[addon.name for addon in addons].index(circle[0])}")
        yield place.problem("addons that depend on each other in a circle", found=" → ".join(circle))


def network_problems(draft: Draft, _group: Group) -> Iterator[Problem]:
    for number, addon in enumerate(draft.cluster.addons):
        if addon.network and draft.cluster.pod_network != "none":
            yield draft.at(f"addons.{number}").problem(
                "brings a pod network, and the cluster has one already",
                found=f"network: true, podNetwork: {draft.cluster.pod_network}",
                allowed="podNetwork: none with it",
            )
