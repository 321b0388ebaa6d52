"""How values of manifests are shown: short, and nothing that may be secret.

What is told here passes through Temporal and lands in comments of pull requests.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from trailboss.model.base import Frozen
from trailboss.model.cluster import Endpoint
from trailboss.model.machine import Taint
from trailboss.model.rollout import MaxUnavailable, Window

LONGEST: Final = 60
HIDDEN: Final = "(not shown)"
_SECRET_NAME = re.compile(r"secret|token|passw|credential|private|content|api[-_]?key|user[-_]?data", re.IGNORECASE)
_USER_INFO = re.compile(r"(?<=://)[^/@\s]+@")


def is_secret(name: str) -> bool:
    """Tell whether values under this name are not to be shown, whatever they are."""
    return bool(_SECRET_NAME.search(name))


def is_leaf(value: object) -> bool:
    """Tell whether a value is told as a whole, not field by field."""
    return isinstance(value, MaxUnavailable | Endpoint | Taint | Window) or not isinstance(value, Frozen | Mapping)


def shown(value: object, name: str = "") -> str:
    """Return a value in a few words; "none" for None."""
    if is_secret(name):
        return HIDDEN
    text = _USER_INFO.sub("…@", " ".join(_text(value).split()))
    return text if len(text) <= LONGEST else HIDDEN


def _text(value: Any) -> str:  # noqa: ANN401, C901, PLR0911 - any value of a model, one line for each kind
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case timedelta():
            return duration(value)
        case MaxUnavailable():
            return str(value.number) if value.percent is None else f"{value.percent}%"
        case Taint():
            return f"{value.key}{f'={value.value}' if value.value else ''}:{value.effect}"
        case Window():
            return f"{','.join(value.days)} {value.start} for {duration(value.duration)} {value.zone}"
        case Endpoint():
            return str(value)
        case Frozen():
            return ", ".join(f"{name} {shown(found, name)}" for name, found in value if found not in (None, "", ()))
        case list() | tuple() | set() | frozenset():
            return ", ".join(_text(one) for one in value) or "none"
        case Mapping():
            return ", ".join(f"{key}={shown(found, str(key))}" for key, found in value.items()) or "none"
    return str(value) or '""'


def duration(value: timedelta) -> str:
    """Return a duration as manifests spell it: "1h30m", "90s" as "1m30s"."""
    seconds = value.total_seconds()
    parts = ((int(seconds // 3600), "h"), (int(seconds % 3600 // 60), "m"))
    rest = seconds % 60
    text = "".join(f"{number}{unit}" for number, unit in parts if number) + (f"{rest:g}s" if rest else "")
    return text or "0s"
