"""Paths that an SSHCluster's addons name → paths in the repository."""

import posixpath
from collections.abc import Iterator
from typing import Any

from trailboss.manifests.objects import KubeObject
from trailboss.model.addons import SHARED, is_url


def named_for_addons(item: KubeObject) -> Iterator[str]:
    """Yield the paths in the repository, files and folders, that an SSHCluster's addons name, whatever else is wrong.

    Of a kustomization it is not known here where it leads: it may be anywhere in addons/.
    """
    for one in written_addons(item) if item.kind.name == "SSHCluster" else ():
        helm, flux = _mapping(one.get("helm")), _mapping(one.get("flux"))
        named = (*_list(one.get("manifests")), helm.get("chart"), *_list(helm.get("valuesFrom")), flux.get("install"))
        yield from (resolved(item, text) for text in named if isinstance(text, str) and not is_url(text))
        if isinstance(one.get("kustomize"), str):
            yield resolved(item, one["kustomize"])
            yield SHARED


def written_addons(item: KubeObject) -> list[dict[str, Any]]:
    """Return `spec.addons` as written, whatever is wrong with it; what is no mapping is left out."""
    return [one for one in _list(item.look("spec", "addons")) if isinstance(one, dict)]


def resolved(item: KubeObject, text: str) -> str:
    """Return the path in the repository: below addons/, or with ./ below the folder of the manifest that names it."""
    own = text.startswith("./")
    folder = posixpath.dirname(item.place.file) if own else SHARED
    return posixpath.normpath(posixpath.join(folder, text))


def _mapping(given: Any) -> dict[str, Any]:  # noqa: ANN401 - any YAML
    return given if isinstance(given, dict) else {}


def _list(given: Any) -> list[Any]:  # noqa: ANN401 - any YAML
    return given if isinstance(given, list) else []
