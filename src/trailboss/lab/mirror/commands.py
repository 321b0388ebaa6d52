"""Local programs the mirror calls: apt, Go, pip, kubeadm."""

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from trailboss.lab.mirror.errors import MirrorFailed

_ERROR_END = 2000  # characters of a failed command's output worth showing


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> str:
    """The command's standard output. `meanwhile` is called every second while it runs.

    Raises MirrorFailed with the command and the end of its standard error, also where the program is missing.
    """
    words = [str(word) for word in command]
    try:
        process = subprocess.Popen(words, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    except FileNotFoundError as missing:
        raise MirrorFailed(f"{words[0]} is not installed here; it is needed for: {' '.join(words)}") from missing
    with process:
        try:
            output, errors = _finish(process, meanwhile)
        except BaseException:
            process.terminate()  # Ctrl-C elsewhere than in a terminal reaches only us
            raise
    if process.returncode != 0:
        shown = (errors or output).strip()[-_ERROR_END:]
        raise MirrorFailed(f"{' '.join(words)} ended with exit status {process.returncode}:\n{shown}")
    return output


def _finish(process: subprocess.Popen[str], meanwhile: Callable[[], None] | None) -> tuple[str, str]:
    while True:
        try:
            return process.communicate(timeout=1)
        except subprocess.TimeoutExpired:
            if meanwhile:
                meanwhile()
