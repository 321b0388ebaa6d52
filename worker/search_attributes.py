"""Makes sure that Temporal knows our search attributes; it refuses workflows that set ones it does not know."""

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from trailboss.model import names
from trailboss.model.errors import PermanentError

_KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD


async def register(client: Client) -> tuple[str, ...]:
    """Add the search attributes that the namespace lacks; returns their names, none on a second run.

    Raises:
        PermanentError: one exists with another type, or we may not add any; the message tells what to do.
    """
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    _refuse_other_types(
        {name: listed.custom_attributes[name] for name in names.ATTRIBUTES if name in listed.custom_attributes}
    )
    missing = tuple(name for name in names.ATTRIBUTES if name not in listed.custom_attributes)
    if missing:
        await _add(client, missing)
    return missing


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
        command = " ".join(f"--name {name} --type Keyword" for name in missing)
        raise PermanentError(
            f"cannot add search attributes ({error.message}): let an administrator run "
            f"`temporal operator search-attribute create --namespace {client.namespace} {command}`"
        ) from error
