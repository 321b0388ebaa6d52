"""A worker process: connects, works until it is told to stop, and lets what is under way end."""

import asyncio
import logging
import signal
import sys

from temporalio.client import Client
from temporalio.worker import Worker

from trailboss.manifests import cluster_defaults
from trailboss.model.errors import BadInput, TrailbossError
from trailboss.ssh import ConnectionCounts, SSHPool
from trailboss.worker.leaving import leave
from trailboss.worker.logs import set_up_logs
from trailboss.worker.metrics.fleet import watching
from trailboss.worker.registry import WORKFLOWS, activities
from trailboss.worker.settings import Settings, load_settings
from trailboss.worker.ssh_defaults import ssh_defaults
from trailboss.worker.telemetry import setup_telemetry
from trailboss.worker.temporal import search_attributes
from trailboss.worker.temporal.connection import connect
from trailboss.worker.temporal.identity import identity
from trailboss.worker.temporal.telling import TellingInterceptor
from trailboss.worker.workflow_runner import workflow_runner

_LOG = logging.getLogger("trailboss.worker")


def main() -> None:
    """Run a worker with the settings of the environment until SIGINT or SIGTERM.

    Raises:
        BadInput: variables of the environment, or the file of defaults for clusters, cannot be understood.
        TemporalUnreachable: no Temporal answers.
        PermanentError: Temporal lacks our search attributes and we may not add them, or telemetry cannot be set up.
    """
    settings = load_settings()
    cluster_defaults()
    set_up_logs(settings)
    asyncio.run(work(settings))


async def work(settings: Settings) -> None:
    telemetry = setup_telemetry(settings)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    client = await connect(settings, interceptors=telemetry.interceptors, runtime=telemetry.runtime)
    # Before any work is taken: without them every workflow of ours would fail at its first step.
    for name in await search_attributes.register(client):
        _LOG.info("registered the search attribute %s", name)
    pool = SSHPool(ssh_defaults(settings), ConnectionCounts(telemetry.meter))
    try:
        async with new_worker(client, pool, settings), watching(client, telemetry, settings):
            _LOG.info("works on task queue %s of %s", settings.task_queue, client.service_client.config.target_host)
            await stop.wait()
            _LOG.info("stops; what runs on hosts goes on there")
    finally:
        await pool.close()
        telemetry.shutdown()


def new_worker(client: Client, pool: SSHPool, settings: Settings) -> Worker:
    """Return a worker of everything in the registry; it works while it is entered."""
    return Worker(
        client,
        task_queue=settings.task_queue,
        identity=identity(),
        workflows=WORKFLOWS,
        activities=activities(client, pool, settings),
        workflow_runner=workflow_runner(),
        interceptors=[TellingInterceptor()],
        max_concurrent_activities=settings.max_concurrent_activities,
        graceful_shutdown_timeout=settings.graceful_shutdown_timeout,
    )


def _main() -> int:
    """Run as `python -m trailboss.worker`: errors of ours become words and an exit status, as the command line has."""
    try:
        main()
    except TrailbossError as error:
        bad_input = isinstance(error, BadInput)
        sys.stderr.write(f"{error}\n" if bad_input else f"error: {error}\n")
        return 2 if bad_input else 1
    return 0


if __name__ == "__main__":
    leave(_main())
