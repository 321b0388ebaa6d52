"""What an addon's objects come from, in one text that is the same as long as that is."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from trailboss.model.addons import SHARED, Addon, is_url

_FORM: Final = 1  # of what goes in: another number has every addon applied once more
# What tells how it is applied, and not what: to change it touches no object.
_HOW = {"depends_on", "timeout", "files", "needs", "digest", "network"}


def digest(addon: Addon, texts: Mapping[str, str], *, own: str, kubernetes_version: str) -> str:
    """Return the digest of an addon with its files; charts may come out differently for another Kubernetes.

    `own`: the folder of the manifest that has it. It may be moved, or be read from elsewhere, without a change.
    """
    said = {
        "form": _FORM,
        "addon": _fields(addon, own),
        "files": {_from(name, own): _hash(texts[name]) for name in addon.files if name in texts},
        "kubernetes": kubernetes_version if addon.helm else "",
    }
    return _hash(json.dumps(said, sort_keys=True))


def _fields(addon: Addon, own: str) -> dict[str, Any]:
    said = addon.model_dump(mode="json", exclude=_HOW, exclude_defaults=True)
    # Without defaults: a field that a later Trailboss adds has no addon applied once more.
    said["manifests"] = [_from(path, own) for path in addon.manifests]
    said["kustomize"] = _from(addon.kustomize, own)
    if addon.helm:
        values = [_from(path, own) for path in addon.helm.values_from]
        said["helm"] |= {"chart": _from(addon.helm.chart, own), "values_from": values}
    if addon.flux:
        said["flux"] |= {"install": _from(addon.flux.install, own)}
    return said


def _from(path: str, own: str) -> str:
    """Write a path of the repository as the manifest has it."""
    if not path or is_url(path) or path.startswith(f"{SHARED}/"):
        return path
    return f"./{path.removeprefix(f'{own}/') if own else path}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
