"""`maxSurge`: hosts exist, and none is made up for the time of a change."""

from typing import Annotated

from pydantic import PlainValidator

from trailboss.manifests.schema.texts import refuse

NO_SURGE = "0, or nothing"


def _no_surge(value: object) -> int:
    if value not in (0, "0", "0%") or isinstance(value, bool):
        message = "hosts cannot be made up for the time of a change; with maxUnavailable, they go out of service"
        raise refuse(message, NO_SURGE)
    return 0


NoSurge = Annotated[int, PlainValidator(_no_surge, json_schema_input_type=int | str)]
