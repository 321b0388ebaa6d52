"""Chef: JSON of `knife node show NAME -l -F json`, or of `knife search node QUERY -l -F json`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from trailboss.imports.addresses import Network, first_ipv4, is_private, split
from trailboss.imports.found import Found, FoundMachine, Text, flat, mapping, refused, texts
from trailboss.imports.json_text import read_json
from trailboss.imports.record import topology

_ALLOWED = "JSON of `knife search node 'QUERY' -l -F json`, or of `knife node show NAME -l -F json`"
_RUN = re.compile(r"(?:role|recipe)\[([^\]@]+)(?:@[^\]]*)?\]")


def read_chef(text: Text, network: Network | None) -> Found:
    documents = read_json(text, _ALLOWED)
    if isinstance(documents, Found):
        return documents
    nodes = [node for document in documents for node in _nodes(document)]
    if not nodes:
        return refused(text.name, "no nodes in it", allowed=_ALLOWED)
    return Found.joined(_node(text.name, node, network) for node in nodes)


def _nodes(document: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - any JSON
    """Yield nodes of any of knife's forms: one node, a list, rows of a search, rows with attributes asked for."""
    if isinstance(document, list):
        for item in document:
            yield from _nodes(item)
    elif isinstance(document, dict) and isinstance(document.get("rows"), list):
        yield from _nodes(document["rows"])
    elif isinstance(document, dict) and isinstance(document.get("name"), str):
        yield document
    elif isinstance(document, dict):
        # `-a ipaddress`: {"NODE": {"ipaddress": …}}
        yield from (
            {"name": name, "automatic": asked, "run_list": asked.get("run_list"), "normal": asked}
            for name, asked in document.items()
            if isinstance(asked, dict)
        )


def _node(file: str, node: Mapping[str, Any], network: Network | None) -> Found:
    name = str(node["name"])
    seen = mapping(node.get("automatic"))
    if not seen:
        bare = FoundMachine(name=name, file=file, groups=tuple(dict.fromkeys(_groups(node, seen))), tags=_tags(node))
        allowed = "attributes, which knife prints with -l"
        return Found(machines=(bare.with_problem("no attributes, and so no address", allowed=allowed),))
    public, private = _addresses(seen, network)
    machine = FoundMachine(
        name=name,
        file=file,
        where=name,
        address=public or private,
        private_address=private,
        groups=tuple(dict.fromkeys(_groups(node, seen))),
        tags=_tags(node),
        labels=topology(
            _cloud(seen, "availability_zone", "placement_availability_zone", "zone"), _cloud(seen, "region")
        ),
    )
    return Found(machines=(machine,))


def _addresses(seen: Mapping[str, Any], network: Network | None) -> tuple[str, str]:
    """Return the public and the private address; those that Chef's cloud attributes tell come first."""
    main = first_ipv4([seen.get("ipaddress")], network)
    public = first_ipv4([_cloud(seen, "public_ipv4", "public_ips", "public_ipv4_addrs")], network)
    private = first_ipv4([_cloud(seen, "local_ipv4", "private_ips", "local_ipv4_addrs")], network)
    others = split(_interfaces(seen), network)
    if not main:
        return public or others[0], private or others[1]
    return (public, private or main) if is_private(main) else (public or main, private or others[1])


def _interfaces(seen: Mapping[str, Any]) -> Iterator[str]:
    for interface in mapping(mapping(seen.get("network")).get("interfaces")).values():
        for address, told in mapping(mapping(interface).get("addresses")).items():
            if mapping(told).get("family") == "inet":
                yield address


def _cloud(seen: Mapping[str, Any], *names: str) -> Any:  # noqa: ANN401 - any JSON
    for cloud in ("cloud", "cloud_v2", "ec2", "gce", "azure"):
        told = mapping(seen.get(cloud))
        for name in names:
            value = told.get(name)
            if isinstance(value, list):
                value = next(iter(value), None)
            if value:
                return value
    return None


def _groups(node: Mapping[str, Any], seen: Mapping[str, Any]) -> Iterator[str]:
    yield from texts(seen.get("roles"))
    for entry in texts(node.get("run_list")) or texts(seen.get("run_list")):
        yield from _RUN.findall(entry)
    for level in ("default", "normal", "override"):
        yield from texts(mapping(node.get(level)).get("tags"))


def _tags(node: Mapping[str, Any]) -> dict[str, str]:
    keys = ("chef_environment", "policy_name", "policy_group")
    return {key: value for key, value in flat(dict(node)).items() if key in keys}
