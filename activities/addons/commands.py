"""Commands that addons need on the worker: helm, kustomize, flux. None of them gets to see a cluster."""

import asyncio
import os
import shutil
from datetime import timedelta
from pathlib import Path

from trailboss.model.addons import Addon
from trailboss.model.errors import StepFailed, TemporaryError

_WITHIN = timedelta(minutes=2)
_LARGEST_BYTES = 64 * 1024 * 1024
_WAYS = {
    "helm": ("helm",),
    "kustomize": ("kustomize", "kubectl"),
    "flux": ("flux",),
}
_INSTEAD = {
    "helm": "install helm 3 there, or write what `helm template` prints as manifests",
    "kustomize": "install kustomize or kubectl there, or list resources alone",
    "flux": "install flux there, or name a file with what `flux install --export` prints in flux.install",
}


def find(need: str) -> str | None:
    """Return the program that does what is needed, None where there is none on PATH."""
    return next((found for name in _WAYS[need] if (found := shutil.which(name))), None)


def lacking(addon: Addon) -> str:
    """Say what an addon needs and this machine does not have, "" if it has all."""
    missing = [need for need in addon.needs if find(need) is None]
    words = [f"{' or '.join(_WAYS[need])} is not on the worker's PATH: {_INSTEAD[need]}" for need in missing]
    return f"addon {addon.name}: {'; '.join(words)}" if words else ""


async def run(need: str, arguments: list[str], folder: Path) -> str:
    """Run a command in `folder`, which is all that it knows of the world, and return what it prints.

    Raises:
        StepFailed: there is no such command, or it says no; the message has its words.
        TemporaryError: it does not come to its end.
    """
    program = find(need)
    if program is None:
        raise StepFailed(f"{' or '.join(_WAYS[need])} is not on the worker's PATH: {_INSTEAD[need]}")
    if need == "kustomize" and Path(program).name == "kubectl":
        arguments = ["kustomize", *arguments[1:]]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        cwd=folder,
        env=_environment(folder),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), _WITHIN.total_seconds())
    except (TimeoutError, asyncio.CancelledError) as error:
        process.kill()
        await process.wait()
        if isinstance(error, TimeoutError):
            raise TemporaryError(f"{Path(program).name} has not ended in {_WITHIN}") from error
        raise
    name = Path(program).name
    if process.returncode:
        raise StepFailed(f"{name} ended with exit status {process.returncode}: {_end(errors)}")
    if len(output) > _LARGEST_BYTES:
        raise StepFailed(f"{name} printed more than {_LARGEST_BYTES // 1024 // 1024} MiB")
    return output.decode("utf-8", "replace")


def _environment(folder: Path) -> dict[str, str]:
    """Return a world without credentials, configuration and caches of whoever runs the worker."""
    home = str(folder / ".home")
    places = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"), home)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, **places, "KUBECONFIG": os.devnull, "HELM_NO_PLUGINS": "1"}


def _end(errors: bytes) -> str:
    return errors.decode("utf-8", "replace").strip()[-2000:]
