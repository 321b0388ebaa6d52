"""What an engine that does not run would hold, read from its files."""

import json
from contextlib import suppress
from pathlib import Path

_CONTAINERS = Path("/var/lib/docker/containers")


def stopped_engine_holds(label: str, containers: Path = _CONTAINERS) -> bool:
    """Whether there is a container with `label` ("key" or "key=value"); False where we may not look."""
    key, _, value = label.partition("=")
    return any(found and value in {"", found} for found in _values(key, containers))


def _values(key: str, containers: Path) -> list[str]:
    found = []
    for file in containers.glob("*/config.v2.json"):
        with suppress(OSError, ValueError, AttributeError, KeyError):  # a container that was only half made
            found.append(str((json.loads(file.read_text())["Config"]["Labels"] or {}).get(key, "")))
    return found
