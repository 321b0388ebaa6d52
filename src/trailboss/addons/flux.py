"""Flux's own objects beside those that install it: which repository it follows, and what of it it applies."""

from typing import Final

from trailboss.addons.objects import AddonObject, Json
from trailboss.model.addons import Flux

NAMESPACE: Final = "flux-system"
_NAME = "flux-system"  # as `flux bootstrap` calls both, so that its commands find them


def objects(flux: Flux) -> tuple[AddonObject, ...]:
    """Return a GitRepository and a Kustomization; credentials are named, and made in the cluster by its users."""
    interval = f"{int(flux.interval.total_seconds())}s"
    source: Json = {"interval": interval, "url": flux.url, "ref": {"branch": flux.branch}}
    if flux.secret:
        source["secretRef"] = {"name": flux.secret}
    applied = {
        "interval": "10m0s",
        "path": flux.path,
        "prune": flux.prune,
        "sourceRef": {"kind": "GitRepository", "name": _NAME},
    }
    return (
        _object("source.toolkit.fluxcd.io/v1", "GitRepository", source),
        _object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", applied),
    )


def _object(api_version: str, kind: str, spec: Json) -> AddonObject:
    metadata = {"name": _NAME, "namespace": NAMESPACE}
    return AddonObject({"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec})
