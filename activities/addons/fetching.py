"""What addons have from elsewhere: fetched once, and taken only if it is what the manifests pin."""

import asyncio
import hashlib
from pathlib import Path
from tempfile import NamedTemporaryFile

import httpx

from trailboss.model.errors import StepFailed, TemporaryError

_LARGEST_BYTES = 64 * 1024 * 1024
_TIMEOUT_SECONDS = 30.0
_GONE = {400, 401, 403, 404, 410}


async def fetch(url: str, sha256: str, kept: Path) -> bytes:
    """Return what `url` gives; `kept`: the folder of what was fetched before, by digest, which needs no network.

    Raises:
        StepFailed: it is something else than what the manifests pin, or it is not there.
        TemporaryError: it cannot be fetched now.
    """
    if (found := await asyncio.to_thread(_read, kept / sha256)) and _digest(found) == sha256:
        return found
    found = await _download(url)
    if _digest(found) != sha256:
        raise StepFailed(f"{url} gives something else than the manifests pin: its sha256 is {_digest(found)}")
    await asyncio.to_thread(_keep, kept / sha256, found)
    return found


def _read(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""


def _keep(file: Path, body: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, delete=False) as part:  # several addons may fetch the same at once
        part.write(body)
    Path(part.name).replace(file)


async def _download(url: str) -> bytes:
    try:
        async with (
            httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, follow_redirects=True) as client,
            client.stream("GET", url) as response,
        ):
            if response.status_code in _GONE:
                raise StepFailed(f"{url} answered {response.status_code}")
            response.raise_for_status()
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > _LARGEST_BYTES:
                    raise StepFailed(f"{url} gives more than {_LARGEST_BYTES // 1024 // 1024} MiB")
            return bytes(body)
    except httpx.HTTPError as error:
        raise TemporaryError(f"{url} cannot be fetched: {type(error).__name__}: {error}") from error


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
