from collections.abc import Iterator

from trailboss.manifests.group import Group
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.schema.texts import is_label, is_subdomain
from trailboss.model.problem import Problem

_LABEL = "lower-case letters, digits and -, up to 63, beginning and ending with a letter or digit"


def name_problems(group: Group) -> Iterator[Problem]:
    """Yield objects whose names Kubernetes would not take."""
    for item in group.objects:
        if item.name and not item.is_half:
            yield from _name(item)


def _name(item: KubeObject) -> Iterator[Problem]:
    at = ("metadata", "name")
    if item.kind.name == "Cluster" and not is_label(item.name):
        yield item.problem(at, "not a name for a cluster", found=item.name, allowed=_LABEL)
    elif item.kind.name == "Machine" and not (is_subdomain(item.name) and len(item.name) <= 63):  # noqa: PLR2004
        # 63: the kubelet also makes the node's name the value of a label.
        message = "not a name for a machine, which is also its node's name"
        yield item.problem(at, message, found=item.name, allowed=f"{_LABEL}; dots between such parts")
    elif not is_subdomain(item.name):
        yield item.problem(
            at, f"not a name for an {item.kind.name}", found=item.name, allowed=f"{_LABEL}; dots between"
        )
