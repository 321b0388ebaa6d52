"""The embedded Temporal: its development server with history that survives restarts, and a supervised worker."""

from trailboss.lab.temporal.options import DevOptions
from trailboss.lab.temporal.server import DevServer
from trailboss.lab.temporal.worker import DevWorker

__all__ = ["DevOptions", "DevServer", "DevWorker"]
