"""What one field is, of which kind: for `trailboss explain` and the page of reference."""

from collections.abc import Iterable
from typing import Any

from trailboss.manifests.published.tree import Node, children_of, every_kind, field_at, fields_of, names_of, tree_of
from trailboss.manifests.schema.kinds import Kind
from trailboss.manifests.suggest import did_you_mean
from trailboss.model.base import Frozen
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem

_ROOT = "spec"


class FieldBelow(Frozen):
    name: str
    type: str
    needed: bool = False
    means: str = ""


class Explanation(Frozen):
    """One field, or a whole kind where `field` is "". `instead`: what to write for a field that cannot be honoured.

    `default` is None where there is none, or where it is the defaults of the fields below.
    """

    kind: str
    api_versions: tuple[str, ...]
    field: str = ""
    type: str
    needed: bool = False
    default: Any = None
    allowed: str = ""
    means: str = ""
    when: str = ""
    instead: str = ""
    fields: tuple[FieldBelow, ...] = ()


def explain(path: str, api_version: str = "") -> Explanation:
    """Explain KIND or KIND.field.field, in any case; `spec.` may be left out.

    `api_version`: of which kind, where several have that name; "" for today's.

    Raises:
        BadInput: there is no such kind or field; the message has what there is, and what is nearest.
    """
    name, _, field = path.partition(".")
    kind = _kind(name, api_version)
    tree = tree_of(kind)
    found = _spelt(tree, field)
    node = field_at(tree, found) or {}
    return _explanation(kind, found, node, needed=_is_needed(tree, found))


def explain_all(kind: Kind) -> tuple[Explanation, ...]:
    """Explain every field of a kind, in the order of the shape; those that cannot be honoured too."""
    tree = tree_of(kind)
    return tuple(_explanation(kind, path, node, needed=_is_needed(tree, path)) for path, node in fields_of(tree))


def _kind(name: str, api_version: str) -> Kind:
    named = [kind for kind in every_kind() if name.lower() in [known.lower() for known in names_of(kind)]]
    if not named:
        names = [known for kind in every_kind() for known in names_of(kind)]
        raise BadInput((_problem(name, f"no such kind{did_you_mean(name, names)}", list(dict.fromkeys(names))),))
    versions = {f"{kind.group}/{version}": kind for kind in named for version in kind.versions}
    if api_version and api_version not in versions:
        hint = did_you_mean(api_version, versions)
        raise BadInput((_problem(api_version, f"no such version of {named[0].name}{hint}", list(versions)),))
    return versions[api_version] if api_version else named[0]


def _spelt(tree: Node, field: str) -> str:
    """Return the path as the shape spells it."""
    parts: list[str] = []
    for part in field.split(".") if field else ():
        here = field_at(tree, ".".join(parts)) or {}
        spelt = _among(children_of(here), part)
        if spelt is None and not parts and (spelt := _among(children_of(tree["properties"][_ROOT]), part)):
            parts.append(_ROOT)
        if spelt is None:
            known = _names(here if parts else tree["properties"][_ROOT])
            near = [*known, *_names(here)]
            raise BadInput((_problem(field, f"no such field{did_you_mean(part, near)}", known),))
        parts.append(spelt)
    return ".".join(parts)


def _names(node: Node) -> list[str]:
    return [name for name, each in children_of(node).items() if "refused" not in each]


def _among(names: Iterable[str], part: str) -> str | None:
    return next((name for name in names if name.lower() == part.lower()), None)


def _problem(found: str, message: str, allowed: list[str]) -> Problem:
    words = ", ".join(allowed) or "no fields"
    return Problem(file="KIND[.FIELD]", document=0, found=found, message=message, allowed=words)


def _is_needed(tree: Node, path: str) -> bool:
    around, _, name = path.rpartition(".")
    holder = field_at(tree, around) or {}
    return name in (holder.get("required") or holder.get("items", {}).get("required") or ())


def _explanation(kind: Kind, path: str, node: Node, *, needed: bool) -> Explanation:
    default = node.get("default")
    return Explanation(
        kind=kind.name,
        api_versions=tuple(f"{kind.group}/{version}" for version in kind.versions),
        field=path,
        type=type_of(node),
        needed=needed,
        default=None if "properties" in node else default,
        allowed=node.get("allowed", ""),
        means=node.get("means", ""),
        when=node.get("when", ""),
        instead=node.get("refused", ""),
        fields=tuple(_below(node)),
    )


def _below(node: Node) -> Iterable[FieldBelow]:
    needed = node.get("required") or node.get("items", {}).get("required") or ()
    for name, each in children_of(node).items():
        if "refused" not in each:
            told = each.get("means") or each.get("allowed", "")
            yield FieldBelow(name=name, type=type_of(each), needed=name in needed, means=told)


def type_of(node: Node) -> str:
    """Return a field's type in kubectl's words: string, []Object, map[string]string."""
    if "anyOf" in node:
        return " or ".join(dict.fromkeys(type_of(choice) for choice in node["anyOf"]))
    kind = node.get("type", "any")
    if kind == "array":
        return f"[]{type_of(node.get('items', {}))}"
    if kind != "object" or "properties" in node:
        return "Object" if kind == "object" else str(kind)
    values = node.get("additionalProperties")
    return f"map[string]{type_of(values)}" if isinstance(values, dict) else "map[string]any"
