from contextlib import suppress
from pathlib import Path

_INSTANCES = Path("/proc/sys/fs/inotify/max_user_instances")
_ENOUGH = 8192


def allow_inotify() -> None:
    """Raise the machine's limit of inotify instances, which all hosts share: at 128 kube-proxy cannot start.

    Does nothing where it is high enough, or where we may not: hosts then say "too many open files" themselves.
    """
    with suppress(OSError, ValueError):
        if int(_INSTANCES.read_text()) < _ENOUGH:
            _INSTANCES.write_text(str(_ENOUGH))
