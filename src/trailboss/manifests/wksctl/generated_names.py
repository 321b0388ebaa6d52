"""Names for machines of the first form that have only what their names begin with (`generateName`)."""

import re
from typing import Any

from trailboss.manifests.reading.place import Location

_VALUE: Location = ("spec", "providerSpec", "value")


def generated(metadata: Any, spec: Any) -> str:  # noqa: ANN401 - whatever the manifest holds
    """Return a name for a machine that has only what its name begins with, "" where there is nothing to do.

    It ends with the machine's address: that stays the same whatever machines come and go, in whatever order.
    """
    if not isinstance(metadata, dict) or metadata.get("name") or not isinstance(metadata.get("generateName"), str):
        return ""
    address = _address(spec)
    slug = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-")
    return f"{metadata['generateName']}{slug}" if slug else ""


def _address(spec: Any) -> str:  # noqa: ANN401 - as above
    value = spec
    for part in _VALUE[1:]:
        value = value.get(part) if isinstance(value, dict) else None
    if not isinstance(value, dict):
        return ""
    ends = (value.get(end) for end in ("private", "public"))
    found = [end.get("address") for end in ends if isinstance(end, dict)]
    candidates = [value.get("privateAddress"), *found, value.get("address")]
    return next((text for text in candidates if isinstance(text, str) and text), "")
