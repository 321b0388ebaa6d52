"""How every process of ours reaches Temporal: its standard environment and profile, else a running `trailboss dev`."""

import re
from collections.abc import Sequence

from temporalio.client import Client, Interceptor
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfigProfile, ClientConnectConfig
from temporalio.runtime import Runtime

from trailboss.model.errors import TemporalUnreachable
from trailboss.worker.settings import Settings
from trailboss.worker.temporal import record

_DEFAULT_ADDRESS = "localhost:7233"
_REMEDY = "start one with `trailboss dev`, or set TEMPORAL_ADDRESS (or TEMPORAL_PROFILE) to one that runs"


def client_options(settings: Settings, address: str | None = None) -> ClientConnectConfig:
    """Return what to connect with: `TEMPORAL_*` variables over the profile of Temporal's configuration file.

    `address` comes before both. Where nothing names one, that of a running `trailboss dev` is taken, else
    localhost:7233.

    Raises:
        TemporalUnreachable: the profile or its file cannot be read.
    """
    try:
        options = ClientConfigProfile.load().to_client_connect_config()
    except (RuntimeError, OSError, ValueError) as error:
        raise TemporalUnreachable(f"Temporal's configuration cannot be read: {error}") from error
    if address:
        options["target_host"] = address
    if not options.get("target_host"):
        running = record.read(settings.temporal_home)
        options["target_host"] = running.address if running and running.running else _DEFAULT_ADDRESS
    return options


async def connect(
    settings: Settings,
    *,
    address: str | None = None,
    interceptors: Sequence[Interceptor] = (),
    runtime: Runtime | None = None,
) -> Client:
    """Connect to Temporal with Trailboss's data converter.

    Raises:
        TemporalUnreachable: nothing answers at the address; the message tells what to do.
    """
    options = client_options(settings, address)
    try:
        return await Client.connect(
            **options, data_converter=pydantic_data_converter, interceptors=interceptors, runtime=runtime
        )
    except RuntimeError as error:
        raise TemporalUnreachable(
            f"no Temporal server answers at {options['target_host']} ({_cause(error)}): {_REMEDY}"
        ) from error


def _cause(error: RuntimeError) -> str:
    """Return the operating system's own words out of the SDK's nested error, else its beginning."""
    told = re.search(r'message: "([^"]+)"', str(error))
    return told[1] if told else str(error)[:200]
