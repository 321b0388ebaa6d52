"""Typed search attributes: what operators filter by in Temporal's web UI."""

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

with workflow.unsafe.imports_passed_through():
    from trailboss.model import names

CLUSTER = SearchAttributeKey.for_keyword(names.ATTRIBUTE_CLUSTER)
PHASE = SearchAttributeKey.for_keyword(names.ATTRIBUTE_PHASE)
REVISION = SearchAttributeKey.for_keyword(names.ATTRIBUTE_REVISION)
VERSION = SearchAttributeKey.for_keyword(names.ATTRIBUTE_VERSION)


def show(**values: str) -> None:
    """Set the search attributes `cluster`, `phase`, `revision`, `version` that are given and not empty."""
    keys = {"cluster": CLUSTER, "phase": PHASE, "revision": REVISION, "version": VERSION}
    updates: list[SearchAttributeUpdate[str]] = [keys[name].value_set(value) for name, value in values.items() if value]
    workflow.upsert_search_attributes(updates)
