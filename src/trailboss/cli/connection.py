from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from trailboss.model.errors import TemporalUnreachable
from trailboss.worker.settings import load_settings
from trailboss.worker.telemetry import setup_telemetry
from trailboss.worker.temporal import connection

_AWAY = {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED}


@asynccontextmanager
async def connected() -> AsyncIterator[Client]:
    """Yield a client as the environment says; spans made in the body are sent before this returns.

    Raises:
        TemporalUnreachable: no server answers, or it refuses us.
    """
    settings = load_settings()
    telemetry = setup_telemetry(settings.model_copy(update={"metrics_address": None, "log_format": "text"}))
    try:
        yield await connection.connect(settings, interceptors=telemetry.interceptors, runtime=telemetry.runtime)
    except RPCError as error:
        what = "does not answer any more" if error.status in _AWAY else "refuses"
        raise TemporalUnreachable(f"Temporal {what}: {error.message}") from error
    finally:
        telemetry.shutdown()
