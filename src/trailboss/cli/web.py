"""Links to pages of Temporal's web UI, where its address is known."""

from rich.text import Text

from trailboss.cli.output import console
from trailboss.model import links
from trailboss.model.base import Frozen
from trailboss.worker.settings import load_settings
from trailboss.worker.temporal import record
from trailboss.worker.temporal.connection import client_options


class Web(Frozen):
    """The web UI of the Temporal that commands speak to. `address` "": not known, and then there are no links."""

    address: str = ""
    namespace: str = "default"

    def page(self, workflow_id: str) -> str:
        """Return the URL of a workflow's page, "" where the web UI is not known."""
        return self._url(links.page(workflow_id, self.namespace))

    def found(self, query: str) -> str:
        """Return the URL of the list of what a query finds, likewise."""
        return self._url(links.found(query, self.namespace))

    def _url(self, path: str) -> str:
        return f"{self.address}/{path}" if self.address else ""


def web() -> Web:
    """Return the web UI as the settings have it, else that of a `trailboss dev` whose Temporal we speak to."""
    settings = load_settings()
    options = client_options(settings)
    running = record.read(settings.temporal_home)
    ours = running is not None and running.running and _same(running.address, options.get("target_host", ""))
    address = settings.ui_address or (running.ui if running and ours else "")
    return Web(address=address.rstrip("/"), namespace=options.get("namespace") or "default")


def tell_page(url: str) -> None:
    """Print where more is to be seen, on a line of its own; nothing where that is not known."""
    if url:
        console.print(Text.assemble(("web UI: ", "dim"), url), soft_wrap=True)


def _same(one: str, other: str) -> bool:
    return one.replace("localhost:", "127.0.0.1:") == other.replace("localhost:", "127.0.0.1:")
