"""What a `trailboss dev` leaves behind for other commands, and for the next one should it be killed."""

from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from trailboss.model.base import Frozen
from trailboss.worker.temporal.process import Process


class DevRecord(Frozen):
    """A running `trailboss dev`, the process `owner`.

    `server` None: it uses a Temporal that is not ours. `worker` None: it has none. `ui`: the web UI's address, "" if
    there is none or it is not known.
    """

    address: str
    ui: str = ""
    owner: Process | None = None
    server: Process | None = None
    worker: Process | None = None

    @property
    def running(self) -> bool:
        return any(process.alive for process in (self.server, self.worker) if process)


def record_file(temporal_home: Path) -> Path:
    return temporal_home / "dev.json"


def read(temporal_home: Path) -> DevRecord | None:
    """Return what the last `trailboss dev` wrote, whether or not it still runs; None if there is nothing to read."""
    with suppress(OSError, ValidationError):
        return DevRecord.model_validate_json(record_file(temporal_home).read_text())
    return None


def write(temporal_home: Path, record: DevRecord) -> None:
    """Replace the record in one go: a process killed here leaves the old one or the new one."""
    file = record_file(temporal_home)
    temporary = file.with_suffix(".new")
    temporary.write_text(record.model_dump_json(indent=2))
    temporary.replace(file)


def remove(temporal_home: Path) -> None:
    record_file(temporal_home).unlink(missing_ok=True)
