"""What the id of a workflow of ours tells: which cluster, revision, machine or repository it is about."""

import re

_CLUSTER = re.compile(
    r"cluster/(?P<cluster>[^/]+)(?:/change/(?P<revision>[^/]+)(?:/(?P<machine>[^/]+)/[^/]+)?)?(?:/|\Z)"
)
_POLL = re.compile(r"poll/(?P<repository>.+?)(?:-\d{4}-\d\d-\d\dT[\d:.]+Z)?\Z")


def whereabouts(workflow_id: str) -> dict[str, str]:
    """Return what is known of "cluster", "revision" (12 characters of the commit), "machine" and "repository".

    Ids of others tell nothing.
    """
    found = _CLUSTER.match(workflow_id) or _POLL.match(workflow_id)
    return {name: value for name, value in found.groupdict().items() if value} if found else {}
