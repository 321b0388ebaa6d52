"""Addresses, and the routes to other nodes' pods."""

from trailboss.facts.fact import Fact, lines, yes
from trailboss.facts.paths import ROUTE_PROTOCOL

_UNIT = "trailboss-pod-routes"


def addresses(output: str) -> tuple[str, ...]:
    """Parse `ip -o addr`: `2: eth0    inet 172.30.0.2/16 brd … scope global eth0 …`; return addresses, sorted."""
    words = (line.split() for line in lines(output))
    found = {word[3].partition("/")[0] for word in words if len(word) > 3 and word[2] in {"inet", "inet6"}}  # noqa: PLR2004 - columns
    return tuple(sorted(found))


def routes(output: str) -> dict[str, str]:
    """Parse `10.244.1.0/24 via 172.30.0.3 dev eth0`; return destination to gateway."""
    words = (line.split() for line in lines(output))
    return {word[0]: word[word.index("via") + 1] for word in words if "via" in word}


FACTS = (
    Fact("addresses", "ip -o addr show scope global", addresses),
    Fact("pod_routes", f"ip route show proto {ROUTE_PROTOCOL}", routes),
    Fact("pod_routes_active", f"systemctl is-active {_UNIT}", yes),
    Fact("pod_routes_enabled", f"systemctl is-enabled {_UNIT}", yes),
)
