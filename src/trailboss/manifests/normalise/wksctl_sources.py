"""ConfigMaps and SealedSecrets beside wksctl's manifests, which it took texts and names from."""

import base64
import binascii
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trailboss.manifests.file_kinds import holds_sources, is_manifest
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.documents import read_file


@dataclass(frozen=True)
class ConfigMap:
    file: str
    data: Mapping[str, str]


def config_maps(item: KubeObject, beside: Mapping[str, str]) -> dict[str, ConfigMap]:
    """Return the ConfigMaps in the folder of `item`'s manifest, by name; of two of one name, the first file's."""
    found: dict[str, ConfigMap] = {}
    for file, text in sorted(beside.items()):
        if posixpath.dirname(file) == posixpath.dirname(item.place.file) and is_manifest(file) and holds_sources(text):
            for value in _objects(file, text, "ConfigMap"):
                found.setdefault(_name(value), ConfigMap(file, _data(value)))
    return found


def sealed_secret_in(file: str, text: str) -> str:
    """Return the name of the Secret that the SealedSecret in a file becomes, "" where there is none."""
    return next((_name(value) for value in _objects(file, text, "SealedSecret")), "")


def _objects(file: str, text: str, kind: str) -> Iterator[dict[str, Any]]:
    for document in read_file(file, text).documents:
        items = document.value.get("items") if isinstance(document.value, dict) else None
        for value in items if isinstance(items, list) else [document.value]:
            if isinstance(value, dict) and value.get("kind") == kind and _name(value):
                yield value


def _name(value: Mapping[str, Any]) -> str:
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else ""
    return name if isinstance(name, str) else ""


def _data(value: Mapping[str, Any]) -> dict[str, str]:
    texts = {key: text for key, text in _mapping(value, "data").items() if isinstance(text, str)}
    decoded = {key: _decoded(text) for key, text in _mapping(value, "binaryData").items() if isinstance(text, str)}
    return {key: text for key, text in decoded.items() if text is not None} | texts


def _mapping(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _decoded(text: str) -> str | None:
    """Return the text that base64 stands for, None for what is no text: a file for hosts is one."""
    try:
        return base64.b64decode(text, validate=False).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
