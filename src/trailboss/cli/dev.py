import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Annotated, NoReturn

import typer
from temporalio.client import Client

from trailboss.cli.output import console, run_async
from trailboss.lab.temporal import DevOptions, DevServer, DevWorker
from trailboss.lab.temporal.options import DEFAULT_PORT
from trailboss.manifests import cluster_defaults
from trailboss.model.errors import TemporalUnreachable
from trailboss.worker.settings import Settings, load_settings

_WORKER_EXTRA = timedelta(seconds=5)  # over its own graceful shutdown: to close connections and leave
_LOOK = 0.5


def dev(
    *,
    address: Annotated[
        str | None, typer.Option(help="Use the Temporal that runs at this host:port instead of starting one.")
    ] = None,
    port: Annotated[int, typer.Option(help="Where Temporal listens.", min=1, max=65535)] = DEFAULT_PORT,
    ui_port: Annotated[
        int | None, typer.Option(help="Where the web UI listens; --port + 1000 without it.", min=1, max=65535)
    ] = None,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Only Temporal; run workers yourself.")] = False,
) -> None:
    """Run an embedded Temporal and a worker, until Ctrl-C.

    Clusters, schedules and history are kept between runs: the next run goes on where this one stopped.
    """
    settings = load_settings()
    cluster_defaults()  # told here: the worker, a process of its own, would only end
    options = DevOptions(home=settings.temporal_home, port=port, ui_port=ui_port, existing=address)
    run_async(_dev(settings, options, worker=not no_worker))


async def _dev(settings: Settings, options: DevOptions, *, worker: bool) -> None:
    """Run until Ctrl-C, SIGTERM or a closed terminal; a second Ctrl-C leaves at once, for the next run to tidy up."""
    task = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel if task else lambda: None)
    with suppress(asyncio.CancelledError):
        async with _temporal(settings, options) as (server, client):
            if not worker:
                _welcome(options, worker=False)
                await _until_it_ends(server)
            async with _worker(settings, options, server, client):
                _welcome(options, worker=True)
                await _until_it_ends(server)


@asynccontextmanager
async def _temporal(settings: Settings, options: DevOptions) -> AsyncIterator[tuple[DevServer, Client]]:
    server = DevServer(settings, options, _say)
    client = await server.start()
    try:
        yield server, client
    finally:
        if not options.existing:
            _say("stopping Temporal; its history is kept")
        await server.stop()


@asynccontextmanager
async def _worker(settings: Settings, options: DevOptions, server: DevServer, client: Client) -> AsyncIterator[None]:
    child = DevWorker(options, _say, started=server.note_worker)
    try:
        _say(f"starting a worker (pid {child.start().pid})")
        await child.wait_ready(client, settings.task_queue)
        supervision = asyncio.create_task(child.supervise())
        try:
            yield
        finally:
            supervision.cancel()
    finally:
        _say("stopping the worker; what runs on hosts goes on there")
        await child.stop(settings.graceful_shutdown_timeout + _WORKER_EXTRA)


async def _until_it_ends(server: DevServer) -> NoReturn:
    """Wait for what should not happen.

    Raises:
        TemporalUnreachable: our server has ended by itself; the message has the end of its log.
    """
    while server.alive:  # noqa: ASYNC110 - one that was taken over is no child: nobody tells us of its end
        await asyncio.sleep(_LOOK)
    raise TemporalUnreachable(f"Temporal ended by itself: {server.log_tail()}")


def _welcome(options: DevOptions, *, worker: bool) -> None:
    _say(f"Temporal answers at {options.address}")
    if address := load_settings().ui_address or options.ui_address:
        _say(f"web UI: {address}")
    if not worker:
        _say(f"run a worker with: TEMPORAL_ADDRESS={options.address} trailboss worker")
    _say("next, in another terminal: trailboss repo add NAME URL, then trailboss status --watch; Ctrl-C here stops")


def _say(words: str) -> None:
    console.print(words, markup=False, soft_wrap=True)
