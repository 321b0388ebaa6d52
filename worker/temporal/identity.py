"""What a worker calls itself, in Temporal's web UI and to `trailboss doctor`."""

import os
import re
import socket
from importlib.metadata import version

_VERSION = re.compile(r"^trailboss (\S+) ")


def identity() -> str:
    """Return "trailboss VERSION PID@HOST"."""
    return f"trailboss {version('trailboss')} {os.getpid()}@{socket.gethostname()}"


def version_in(text: str) -> str:
    """Return the version in an identity, "" for one of another make."""
    found = _VERSION.match(text)
    return found[1] if found else ""
