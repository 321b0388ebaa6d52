import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from trailboss.lab.temporal import leftover
from trailboss.lab.temporal.options import DevOptions
from trailboss.model.errors import TemporaryError
from trailboss.worker.temporal.process import Process

_POLL = 0.1
_BACK_OFF = (1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before each restart; the last one for all further ones
_STEADY = timedelta(minutes=1)  # a worker that ran this long had a reason of its own to die: the back-off begins anew


class DevWorker:
    """A worker as a process of its own, started again with growing pauses when it dies.

    `log` None: it writes to our own output. `started` is told of
    each new process.
    """

    def __init__(
        self,
        options: DevOptions,
        report: Callable[[str], None],
        *,
        log: Path | None = None,
        started: Callable[[Process], None] = lambda _: None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.process: Process | None = None
        self._environment = worker_environment(options, os.environ if environment is None else environment)
        self._report = report
        self._log = log
        self._started = started
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> Process:
        """Start the process now; `wait_ready` tells when it takes work."""
        output = self._log.open("ab") if self._log else None
        try:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "trailboss.worker"],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,  # a terminal's Ctrl-C is for us, who stop it in good order
            )
        finally:
            if output:
                output.close()
        self.process = Process.of(self._child.pid)
        self._started(self.process)
        return self.process

    async def supervise(self) -> None:
        """Start the worker again whenever it dies, until cancelled. What it had in hand goes on where it stopped."""
        deaths = 0
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            if self._child:
                await asyncio.to_thread(self._child.wait)
            deaths = 0 if clock() - began > _STEADY.total_seconds() else deaths
            pause = _BACK_OFF[min(deaths, len(_BACK_OFF) - 1)]
            deaths += 1
            self._report(f"the worker ended ({_words(self._child)}); starting it again in {pause:.0f} s")
            await asyncio.sleep(pause)
            self._report(f"worker started again (pid {self.start().pid})")

    async def stop(self, grace: timedelta) -> None:
        """Let the worker finish within `grace`, then end it; what runs on hosts goes on there."""
        if self.process and self._child:
            if not await leftover.end(self.process, grace):
                self._report(f"the worker did not stop within {grace.total_seconds():.0f} s and was killed")
            await asyncio.to_thread(self._child.wait)
        self.process = self._child = None

    async def wait_ready(self, client: Client, task_queue: str, within: timedelta = timedelta(seconds=60)) -> None:
        """Return once the process asks Temporal for work.

        Raises:
            TemporaryError: it has ended, or does not ask within the time.
        """
        for _ in range(int(within.total_seconds() / _POLL)):
            if self._child is None or self._child.poll() is not None:
                raise TemporaryError(f"the worker ended ({_words(self._child)}) before it took work")
            if f"{self._child.pid}@" in await _pollers(client, task_queue):
                return
            await asyncio.sleep(_POLL)
        raise TemporaryError(f"the worker did not ask Temporal for work within {within.total_seconds():.0f} s")


def worker_environment(options: DevOptions, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which a worker connects to that Temporal and to no other.

    Ours speaks plain text in the default namespace, whatever a profile says; an existing one needs the profile.
    """
    if options.existing:
        return {**environment, "TEMPORAL_ADDRESS": options.existing}
    others = {name: value for name, value in environment.items() if not name.startswith("TEMPORAL_")}
    return {**others, "TEMPORAL_ADDRESS": options.address, "TEMPORAL_CONFIG_FILE": os.devnull}


async def _pollers(client: Client, task_queue: str) -> str:
    """Return the identities (pid@host) of the workers that ask for activities, in one text."""
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    )
    answer = await client.workflow_service.describe_task_queue(request)
    return " ".join(poller.identity for poller in answer.pollers)


def _words(child: subprocess.Popen[bytes] | None) -> str:
    if child is None or child.returncode is None:
        return "not started"
    return f"signal {-child.returncode}" if child.returncode < 0 else f"exit status {child.returncode}"
