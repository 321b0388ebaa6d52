"""Where the objects of an addon go: into a namespace, or into none."""

from collections.abc import Callable, Iterable, Sequence

from trailboss.addons.objects import AddonObject, GroupKind

_DEFINITION = GroupKind("apiextensions.k8s.io", "CustomResourceDefinition")
_BOUND_BY_CUSTOM = "Namespaced"


def defined(objects: Iterable[AddonObject]) -> dict[GroupKind, bool]:
    """Return the kinds that the addon itself defines; True: their objects are in namespaces."""
    found = {}
    for item in objects:
        spec = item.body.get("spec")
        if item.ref.group_kind == _DEFINITION and isinstance(spec, dict):
            kind = GroupKind(str(spec.get("group", "")), str((spec.get("names") or {}).get("kind", "")))
            found[kind] = spec.get("scope") == _BOUND_BY_CUSTOM
    return found


def placed(
    objects: Sequence[AddonObject], namespace: str, namespaced: Callable[[str, str], bool | None]
) -> tuple[AddonObject, ...]:
    """Return the objects with the namespaces that they go to; `namespace`: of those that name none.

    `namespaced`: (apiVersion, kind) → whether its objects are in namespaces, None where the API does not know it; then
    the addon's own definitions tell, and else it is taken for one that is.
    """
    own = defined(objects)

    def place(item: AddonObject) -> AddonObject:
        known = own.get(item.ref.group_kind)
        inside = namespaced(item.api_version, item.kind) if known is None else known
        return item.in_namespace(item.namespace or namespace) if inside in (True, None) else item.in_namespace("")

    return tuple(map(place, objects))


def repeated(objects: Iterable[AddonObject]) -> tuple[str, ...]:
    """Return the objects that are there twice, in words."""
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for item in objects:
        words = str(item.ref)
        if words in seen:
            twice[words] = None
        seen.add(words)
    return tuple(twice)
