"""Changes what an SSHMachine of the manifests says otherwise than its source, in place."""

from collections.abc import Iterable, Mapping
from typing import Any

from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import ScalarString

from trailboss.imports.folder_text import Entry
from trailboss.imports.wanted import SSH_DEFAULTS, WantedMachine
from trailboss.model.base import Frozen

_ORDER = ("role", "address", "privateAddress", "ssh", "labels", "taints")


class FieldChange(Frozen):
    """One field that is changed; `before` is "" where it was not written down."""

    machine: str
    field: str
    before: str
    after: str


def edit(name: str, entry: Entry, wanted: WantedMachine, cluster_ssh: Mapping[str, Any]) -> Iterable[FieldChange]:
    """Change `entry` in place as `wanted` has it, and yield each change; what the source does not tell stays."""
    spec = entry.value["spec"]
    for field in ("address", "privateAddress"):
        if wanted.spec.get(field) not in (None, spec.get(field)):
            entry.touch()
            yield _set(name, spec, field, wanted.spec[field])
    for field, value in wanted.spec.get("ssh", {}).items():
        if ssh_now(spec.get("ssh"), cluster_ssh, field) != value:
            entry.touch()
            yield _set(name, _inside(spec, "ssh"), field, value, shown=f"ssh.{field}")
    for key, value in wanted.spec.get("labels", {}).items():
        if (spec.get("labels") or {}).get(key) != value:
            entry.touch()
            yield _set(name, _inside(spec, "labels"), key, value, shown=f'labels["{key}"]')


def ssh_now(own: Any, cluster: Mapping[str, Any], field: str) -> Any:  # noqa: ANN401 - any YAML
    """Return what holds for a machine: its own, the cluster's, else the default; null takes the cluster's away."""
    own = own if isinstance(own, dict) else {}
    value = own[field] if field in own else cluster.get(field)
    return SSH_DEFAULTS[field] if value is None else value


def _inside(spec: Any, field: str) -> Any:  # noqa: ANN401 - any YAML
    if not isinstance(spec.get(field), dict):
        _place(spec, field, CommentedMap())
    return spec[field]


def _set(name: str, holder: Any, key: str, value: Any, *, shown: str = "") -> FieldChange:  # noqa: ANN401 - any YAML
    before = holder.get(key)
    if key in holder:
        # Quotes stay as they were.
        holder[key] = type(before)(value) if isinstance(before, ScalarString) and isinstance(value, str) else value
    else:
        _place(holder, key, value)
    written = "" if before is None else str(before)
    return FieldChange(machine=name, field=shown or key, before=written, after=str(value))


def _place(holder: Any, key: str, value: Any) -> None:  # noqa: ANN401 - any YAML
    """Write a field that was not there, where a reader looks for it."""
    earlier = _ORDER[: _ORDER.index(key)] if key in _ORDER else ()
    places = [position + 1 for position, name in enumerate(holder) if name in earlier]
    if key in holder:
        holder[key] = value
    elif places and isinstance(holder, CommentedMap):
        holder.insert(max(places), key, value)
    else:
        holder[key] = value
