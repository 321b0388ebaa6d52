"""Hooks as Helm has them: which objects are some, when they run, and when they are deleted again."""

from typing import Final, Literal

from trailboss.addons.objects import AddonObject

Event = Literal["install", "upgrade"]
Moment = Literal["pre", "post"]

HOOK: Final = "helm.sh/hook"
WEIGHT: Final = "helm.sh/hook-weight"
DELETE_POLICY: Final = "helm.sh/hook-delete-policy"
_LEGACY_CRD = "crd-install"  # Helm 2's: the definition is an object like any other today
_BEFORE = "before-hook-creation"
_POLICIES = {_BEFORE, "hook-succeeded", "hook-failed"}


def events(item: AddonObject) -> frozenset[str]:
    """Return when a hook runs, such as "pre-install"; nothing for an object that is no hook."""
    written = item.annotations.get(HOOK, "")
    return frozenset(word.strip() for word in written.split(",") if word.strip() not in {"", _LEGACY_CRD})


def is_hook(item: AddonObject) -> bool:
    return bool(events(item))


def runs(item: AddonObject, moment: Moment, event: Event) -> bool:
    return f"{moment}-{event}" in events(item)


def weight(item: AddonObject) -> int:
    return int(item.annotations.get(WEIGHT, "0") or "0")


def deletes(item: AddonObject) -> frozenset[str]:
    """Return when a hook is deleted: before it runs again, unless it says otherwise."""
    written = item.annotations.get(DELETE_POLICY, "")
    found = {word.strip() for word in written.split(",")} & _POLICIES
    return frozenset(found or {_BEFORE})


def runs_anew(item: AddonObject) -> bool:
    return _BEFORE in deletes(item)


def goes_after(item: AddonObject, *, failed: bool) -> bool:
    return ("hook-failed" if failed else "hook-succeeded") in deletes(item)


def weight_problem(item: AddonObject) -> str:
    """Return what is wrong with a hook's weight, "" if nothing is."""
    try:
        weight(item)
    except ValueError:
        return f'{item.kind} {item.name}: {WEIGHT} must be a whole number in quotes, such as "-5"'
    return ""
