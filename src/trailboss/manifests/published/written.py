"""Values of fields as a manifest would write them."""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from trailboss.manifests.schema.times import duration_text
from trailboss.model.rollout import MaxUnavailable


def written(value: Any) -> Any:  # noqa: ANN401 - any default
    """Return the value in the types of JSON; a mapping with the defaults of its own fields only is {}.

    Raises:
        TypeError: nothing says how it is written.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, MaxUnavailable):
        return value.number if value.percent is None else f"{value.percent}%"
    if isinstance(value, BaseModel):
        return {}
    if isinstance(value, list | tuple):
        return [written(each) for each in value]
    if isinstance(value, dict):
        return {key: written(each) for key, each in value.items()}
    raise TypeError(f"nothing says how a {type(value).__name__} is written in a manifest")
