import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trailboss.model.errors import RepositoryUnavailable

_PATIENCE_SECONDS = 60.0  # longer than most fetches; whoever gives up is tried again by Temporal or the next poll
_PAUSE_SECONDS = 0.02


@contextmanager
def locked(mirror: Path, *, exclusive: bool) -> Iterator[None]:
    """Keep other threads and processes of this machine from changing the mirror; the kernel frees it if we die.

    Raises:
        RepositoryUnavailable: somebody else has held it for a minute.
    """
    mirror.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with mirror.with_suffix(".lock").open("w") as file:
        _wait_for(file.fileno(), fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH, mirror)
        yield


def _wait_for(descriptor: int, kind: int, mirror: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise RepositoryUnavailable(f"the mirror {mirror} has been in use for a minute") from error
            time.sleep(_PAUSE_SECONDS)
        else:
            return
