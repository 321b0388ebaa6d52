"""Where a field of wksctl's objects has its counterpart in today's form: for the comments that stand at it."""

from collections.abc import Iterator
from dataclasses import dataclass

from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.place import Location

_WKSCTL = ("ExistingInfraCluster", "ExistingInfraMachine")
_CLUSTER: dict[Location, Location] = {
    ("user",): ("ssh", "user"),
    ("sshKeyPath",): ("ssh", "keyFile"),
    ("kubernetesVersion",): ("kubernetesVersion",),
    ("httpProxy",): ("proxy",),
    ("imageRepository",): ("imageRepository",),
    ("apiServer",): ("apiServer",),
    ("apiServer", "additionalSANs"): ("apiServer", "certSANs"),
    ("apiServer", "extraArguments"): ("apiServer", "extraArguments"),
    ("kubeletArguments",): ("kubelet", "extraArguments"),
    ("os",): ("files",),
    ("os", "files"): ("files",),
    ("cloudProvider",): ("kubelet", "extraArguments", "cloud-provider"),
    ("authenticationWebhook",): ("apiServer", "extraArguments", "authentication-token-webhook-config-file"),
    ("authorizationWebhook",): ("apiServer", "extraArguments", "authorization-webhook-config-file"),
}
_ENDPOINTS: tuple[Location, ...] = (("controlPlaneEndpoint",), ("apiServer", "externalLoadBalancer"))
_ARGUMENTS: tuple[Location, ...] = (("apiServer", "extraArguments"), ("kubeletArguments",))
_FILE = {"destination": "path", "source": "content"}


@dataclass(frozen=True)
class Target:
    """A field of today's form. `half`: "top" for Cluster and Machine, "infra" for SSHCluster and SSHMachine."""

    half: str
    location: Location


def targets(item: KubeObject, location: Location) -> Iterator[Target]:
    """Yield where a field of `item` may have gone, the best place first; `location` as in the later form."""
    if item.kind.name in ("Cluster", "Machine"):
        yield Target("top", ("metadata", "name") if location[:2] == ("metadata", "generateName") else location)
    elif item.kind.name not in _WKSCTL or location[:1] != ("spec",) or location == ("spec",):
        yield Target("infra", location)
    elif item.kind.name == "ExistingInfraCluster":
        yield from _of_cluster(item, location[1:])
    else:
        yield from _of_machine(item, location[1:])


def _of_cluster(item: KubeObject, location: Location) -> Iterator[Target]:
    for way in _ENDPOINTS:
        if location[: len(way)] == way:
            yield Target("top", ("spec", "controlPlaneEndpoint"))
    for way in _ARGUMENTS:
        if location[: len(way)] == way and len(location) > len(way):
            name = _entry(item, ("spec", *location[: len(way) + 1]), "name")
            yield Target("infra", ("spec", *_CLUSTER[way], name))
            return
    if location[:2] == ("os", "files") and len(location) > 2:  # noqa: PLR2004 - an entry of the list
        destination = _entry(item, ("spec", *location[:3]), "destination")
        inner = (_FILE[str(location[3])],) if location[3:] and location[3] in _FILE else ()
        yield Target("infra", ("spec", "files", destination, *inner))
        return
    if location[:2] == ("apiServer", "additionalSANs"):
        yield Target("infra", ("spec", "apiServer", "certSANs", *location[2:]))
    elif location in _CLUSTER:
        yield Target("infra", ("spec", *_CLUSTER[location]))


def _of_machine(item: KubeObject, location: Location) -> Iterator[Target]:
    public = item.look("spec", "public") or item.look("spec", "address")
    outside = ("public", "address", "port") if public else ("private", "privateAddress")
    inner = location[-1]
    if inner == "port":
        if location[0] in outside:
            yield Target("infra", ("spec", "ssh", "port"))
    elif location[0] in outside:
        yield Target("infra", ("spec", "address"))
    elif location[0] in ("private", "privateAddress"):
        yield Target("infra", ("spec", "privateAddress"))


def _entry(item: KubeObject, location: Location, field: str) -> str:
    value: object = item.value
    for part in location:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int):
            value = value[part]
    return str(value.get(field, "")) if isinstance(value, dict) else ""
