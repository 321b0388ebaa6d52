from trailboss.activities.place import Place


def hop_key(place: Place) -> str:
    """Return the name of a long action on the host, which each hop of an upgrade over several minors has for itself.

    A change has one fence for all of its hops, and what one hop recorded as done would else count for the next.
    """
    return f"{place.cluster.name}-{place.writer.fence}-{place.cluster.kubernetes_version}-{place.step}"
