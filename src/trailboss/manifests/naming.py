"""Which clusters a file speaks of, whatever the form and however wrong the rest of it may be."""

from collections.abc import Iterator, Mapping
from typing import Any

from trailboss.manifests.reading.documents import read_file

_GROUPS = ("cluster.x-k8s.io/", "cluster.k8s.io/")


def clusters_named(files: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of all Clusters of Cluster API in `files`, sorted; that of wksctl's older form, too."""
    documents = (document.value for file, text in files.items() for document in read_file(file, text).documents)
    return tuple(sorted({name for value in documents for name in _names(value)}))


def _names(value: Any) -> Iterator[str]:  # noqa: ANN401 - any YAML
    if not isinstance(value, dict):
        return
    items, metadata = value.get("items"), value.get("metadata")
    if value.get("kind") == "List" and isinstance(items, list):
        for item in items:
            yield from _names(item)
    elif value.get("kind") == "Cluster" and str(value.get("apiVersion", "")).startswith(_GROUPS):
        name = metadata.get("name") if isinstance(metadata, dict) else None
        if isinstance(name, str) and name:
            yield name
