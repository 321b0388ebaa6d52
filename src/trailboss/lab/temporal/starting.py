"""What it takes to start the dev server: a lock, free ports, a process, and a client once it answers."""

import asyncio
import fcntl
import subprocess
from datetime import timedelta
from typing import IO

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError

from trailboss.lab.temporal.options import DevOptions, command, is_taken
from trailboss.model.errors import PermanentError
from trailboss.worker.temporal import record

_LETTING_GO = timedelta(seconds=3)
_LOOK = 0.1


async def client_of(address: str) -> Client | None:
    """Return a client of a server that answers and has its default namespace, else None."""
    try:
        client = await Client.connect(address, data_converter=pydantic_data_converter)
        await client.count_workflows()  # visibility is the last part to come up
    except (RuntimeError, RPCError):
        return None
    return client


def locked(options: DevOptions) -> IO[str]:
    """Take the lock that only one `trailboss dev` can hold for each home; closing the file, or dying, frees it.

    Raises:
        PermanentError: another one holds it.
    """
    lock = (options.home / "dev.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        running = record.read(options.home)
        where = f" at {running.address}" if running else ""
        raise PermanentError(
            f"a `trailboss dev` runs already{where}: use it, stop it with Ctrl-C, or choose another TRAILBOSS_HOME"
        ) from None
    return lock


def spawn(options: DevOptions) -> subprocess.Popen[bytes]:
    """Start the server in the background with a log of its own; the log of the run before is kept beside it."""
    with _fresh_log(options) as log:
        return subprocess.Popen(
            command(options),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a terminal's Ctrl-C is for us: the worker stops first, then the server
        )


def _fresh_log(options: DevOptions) -> IO[bytes]:
    if options.log.exists():
        options.log.replace(options.log.with_suffix(".log.1"))
    return options.log.open("wb")


async def refuse_taken_ports(options: DevOptions) -> None:
    """See that nobody else listens where the server will; one that is just ending gets a moment to let go.

    Raises:
        PermanentError: somebody does; the message tells what to do.
    """
    ports = (options.port, int(options.ui_address.rpartition(":")[2] or 0))
    for port, option in zip(ports, ("--port", "--ui-port"), strict=True):
        if port and await _stays_taken(port):
            raise PermanentError(
                f"port {port} is taken by another program: choose another with {option}, "
                f"or use a Temporal that runs there with --address 127.0.0.1:{options.port}"
            )


async def _stays_taken(port: int) -> bool:
    """A killed server's ports are free only when the last of its threads has gone, after its pid counts as ended."""
    for _ in range(int(_LETTING_GO.total_seconds() / _LOOK)):
        if not is_taken(port):
            return False
        await asyncio.sleep(_LOOK)
    return True
