"""Typed search attributes: what operators filter by in Temporal's web UI."""

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

with workflow.unsafe.imports_passed_through():
    from trailboss.model import names

_KEYS = {
    "cluster": SearchAttributeKey.for_keyword(names.ATTRIBUTE_CLUSTER),
    "phase": SearchAttributeKey.for_keyword(names.ATTRIBUTE_PHASE),
    "revision": SearchAttributeKey.for_keyword(names.ATTRIBUTE_REVISION),
    "version": SearchAttributeKey.for_keyword(names.ATTRIBUTE_VERSION),
    "drift": SearchAttributeKey.for_keyword(names.ATTRIBUTE_DRIFT),
    "problem": SearchAttributeKey.for_keyword(names.ATTRIBUTE_PROBLEM),
}
_LONGEST = 200  # characters: a title to filter by; the details have it all


def show(**values: str) -> None:
    """Set the search attributes that are given: `cluster`, `phase`, `revision`, `version`, `drift`, `problem`.

    "" takes a problem away and leaves the others be.
    """
    given = {name: value[:_LONGEST] for name, value in values.items() if value or name == "problem"}
    if given:
        workflow.upsert_search_attributes([_update(name, value) for name, value in given.items()])


class Shown:
    """What a workflow shows. Only what differs is sent, for each time is an event in the history."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def show(self, **values: str) -> None:
        changed = {name: value for name, value in values.items() if self._values.get(name, "") != value}
        self._values.update(changed)
        show(**changed)


def _update(name: str, value: str) -> SearchAttributeUpdate[str]:
    return _KEYS[name].value_set(value) if value else _KEYS[name].value_unset()
