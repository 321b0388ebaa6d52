"""Which process a recorded pid means: pids are used again, their start times are not."""

import os
from pathlib import Path

from trailboss.model.base import Frozen

_START_TIME = 19  # field 22 of proc(5)'s stat, counted after the command's closing parenthesis
_STATE = 0


class Process(Frozen):
    """One running of a program. `started`: clock ticks since boot, "" where the system has no /proc."""

    pid: int
    started: str = ""

    @classmethod
    def of(cls, pid: int) -> "Process":
        return cls(pid=pid, started=_stat(pid)[_START_TIME] if _stat(pid) else "")

    @property
    def alive(self) -> bool:
        """True while this very process runs; a zombie has ended already."""
        stat = _stat(self.pid)
        if stat:
            return stat[_START_TIME] == self.started and stat[_STATE] != "Z"
        return not Path("/proc/self").exists() and _answers(self.pid)

    def signal(self, number: int) -> None:
        """Send a signal, unless the process has ended and its pid may be another's by now."""
        if self.alive:
            os.kill(self.pid, number)


def _stat(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
