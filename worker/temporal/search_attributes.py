"""Makes sure that Temporal knows our search attributes; it refuses workflows that set ones it does not know."""

import logging

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from trailboss.model import names
from trailboss.model.errors import PermanentError, TemporalUnreachable

_LOG = logging.getLogger("trailboss.worker")
_NOT_FOR_US = {RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED}
_KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD


async def register(client: Client) -> tuple[str, ...]:
    """Add the search attributes that the namespace lacks; returns their names, none on a second run.

    Where we may not even ask which it has, they are taken to be there: an administrator has set them up.

    Raises:
        PermanentError: one exists with another type, or we may not add any; the message tells what to do.
        TemporalUnreachable: Temporal does not answer the question.
    """
    there = await found(client)
    if there is None:
        return ()
    _refuse_other_types(there)
    missing = tuple(name for name in names.ATTRIBUTES if name not in there)
    if missing:
        await _add(client, missing)
    return missing


async def found(client: Client) -> "dict[str, IndexedValueType.ValueType] | None":
    """Return those of ours that the namespace has, with their types; None: Temporal does not tell us."""
    try:
        listed = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
    except RPCError as error:
        if error.status not in _NOT_FOR_US:
            raise TemporalUnreachable(f"Temporal does not tell its search attributes: {error.message}") from error
        remedy = command(client, names.ATTRIBUTES)
        _LOG.warning("may not look for search attributes; if workflows fail for lack of them: `%s`", remedy)
        return None
    attributes = listed.custom_attributes
    return {name: attributes[name] for name in names.ATTRIBUTES if name in attributes}


def _refuse_other_types(found: "dict[str, IndexedValueType.ValueType]") -> None:
    wrong = [name for name, kind in found.items() if kind != _KEYWORD]
    if wrong:
        raise PermanentError(
            f"search attributes {', '.join(wrong)} exist with a type other than Keyword: "
            "remove them with `temporal operator search-attribute remove`, then start again"
        )


async def _add(client: Client, missing: tuple[str, ...]) -> None:
    request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=dict.fromkeys(missing, _KEYWORD))
    try:
        await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        if error.status is RPCStatusCode.ALREADY_EXISTS:  # another worker was faster
            return
        raise PermanentError(
            f"cannot add search attributes ({error.message}): let an administrator run `{command(client, missing)}`"
        ) from error


def command(client: Client, missing: tuple[str, ...]) -> str:
    """Return what an administrator runs to add them."""
    attributes = " ".join(f"--name {name} --type Keyword" for name in missing)
    return f"temporal operator search-attribute create --namespace {client.namespace} {attributes}"
