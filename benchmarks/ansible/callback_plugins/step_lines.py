"""Tells upgrade.py where Ansible's time went. Runs within Ansible, which loads it because of where it lies."""

import time
from typing import Any

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Prints "== BEGAN ENDED MACHINE STEP", in seconds since the epoch, for each task that ended well on a host."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "step_lines"

    def __init__(self) -> None:
        super().__init__()
        self._began: dict[tuple[str, str], float] = {}

    def v2_runner_on_start(self, host: Any, task: Any) -> None:  # noqa: ANN401 - Ansible's have no types
        self._began[host.get_name(), task._uuid] = time.time()  # noqa: SLF001 - its only name that is its own

    def v2_runner_on_ok(self, result: Any) -> None:  # noqa: ANN401
        machine, task = result.host.get_name(), result.task
        began = self._began[machine, task._uuid]  # noqa: SLF001
        print(f"== {began:.6f} {time.time():.6f} {machine} {task.get_name()}", flush=True)
