"""A worker process: connects, works until it is told to stop, and lets what is under way end."""

import asyncio
import logging
import signal

from temporalio.client import Client
from temporalio.worker import Worker

from trailboss.ssh import SSHPool
from trailboss.worker.connection import connect
from trailboss.worker.registry import WORKFLOWS, activities
from trailboss.worker.settings import Settings
from trailboss.worker.ssh_defaults import ssh_defaults
from trailboss.worker.telemetry import setup_telemetry
from trailboss.worker.workflow_runner import workflow_runner

_LOG = logging.getLogger("trailboss.worker")


def main() -> None:
    """Run a worker with the settings of the environment until SIGINT or SIGTERM."""
    settings = Settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("asyncssh").setLevel(logging.WARNING)  # it logs every session at INFO
    asyncio.run(work(settings))


async def work(settings: Settings) -> None:
    telemetry = setup_telemetry(settings)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    client = await connect(settings, interceptors=telemetry.interceptors, runtime=telemetry.runtime)
    pool = SSHPool(ssh_defaults(settings))
    try:
        async with new_worker(client, pool, settings):
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
        workflows=WORKFLOWS,
        activities=activities(client, pool),
        workflow_runner=workflow_runner(),
        max_concurrent_activities=settings.max_concurrent_activities,
        graceful_shutdown_timeout=settings.graceful_shutdown_timeout,
    )


if __name__ == "__main__":
    main()
