"""What a cluster keeps of one addon: the parent of its ApplySet, with what is ours alone beside it."""

from typing import Any, Final

from trailboss.addons import applyset
from trailboss.addons.applyset import Contents
from trailboss.addons.objects import Json, Ref
from trailboss.model.addons import Prune
from trailboss.model.base import Frozen

_MEMBERS: Final = "members"
_HOOKS: Final = "hooks"
_BEGUN: Final = "hooks-begun"


class Record(Frozen):
    """`digest`: what was applied and healthy last, "" where that is not known. `installed`: that was so once.

    `run`: the change that last began with it, and `hooks`: those that have run in it. `begun`: all that ever were;
    some of them are still there. `members`: as last applied. `fence`: of that change. `contents`: where members may be.
    `prune`: as the addon last had it.
    """

    addon: str
    digest: str = ""
    installed: bool = False
    run: str = ""
    hooks: tuple[Ref, ...] = ()
    begun: tuple[Ref, ...] = ()
    members: tuple[Ref, ...] = ()
    contents: Contents = Contents()
    prune: Prune = "yes"
    fence: int = 0

    def with_(self, **changes: Any) -> "Record":  # noqa: ANN401 - any field
        return self.model_copy(update=changes)


def config_map(record: Record) -> Json:
    """Return the record as the object that holds it. Names only: nothing of what is in a member."""
    annotations = {
        **applyset.written(record.contents),
        applyset.DIGEST: record.digest,
        applyset.RUN: record.run,
        applyset.PRUNE: record.prune,
        applyset.FENCE: str(record.fence),
    }
    if record.installed:
        annotations[applyset.INSTALLED] = "true"
    labels = {applyset.ID: applyset.set_id(record.addon), applyset.ADDON: record.addon}
    name = applyset.parent_name(record.addon)
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": name,
            "namespace": applyset.NAMESPACE,
            "labels": labels,
            "annotations": annotations,
        },
        "data": {_MEMBERS: _lines(record.members), _HOOKS: _lines(record.hooks), _BEGUN: _lines(record.begun)},
    }


def read_config_map(body: Json) -> Record | None:
    """Return the record that an object holds, None if it holds none of ours."""
    metadata, data = body["metadata"], body.get("data") or {}
    annotations: dict[str, str] = metadata.get("annotations") or {}
    addon = (metadata.get("labels") or {}).get(applyset.ADDON, "")
    if not addon or annotations.get(applyset.TOOLING_KEY) != applyset.TOOLING:
        return None
    prune = annotations.get(applyset.PRUNE, "yes")
    fence = annotations.get(applyset.FENCE, "0")
    return Record(
        addon=addon,
        digest=annotations.get(applyset.DIGEST, ""),
        installed=applyset.INSTALLED in annotations,
        run=annotations.get(applyset.RUN, ""),
        hooks=_refs(data.get(_HOOKS, "")),
        begun=_refs(data.get(_BEGUN, "")),
        members=_refs(data.get(_MEMBERS, "")),
        contents=applyset.read(annotations),
        prune=prune if prune in ("yes", "no", "all") else "yes",
        fence=int(fence) if fence.isdecimal() else 0,
    )


def _lines(refs: tuple[Ref, ...]) -> str:
    return "\n".join(map(str, sorted(refs)))


def _refs(text: str) -> tuple[Ref, ...]:
    return tuple(Ref.parse(line) for line in text.splitlines() if " " in line)
