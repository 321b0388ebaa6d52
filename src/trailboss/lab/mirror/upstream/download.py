"""HTTP downloads to files: streamed, tried again when the network stumbles, and checked by SHA-256."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_exponential

from trailboss.lab.mirror.errors import MirrorFailed

ATTEMPTS = 4
PIECE = 1 << 20  # bytes between two words about progress

Moved = Callable[[int, int], None]
"""Called with the bytes that have come and the bytes awaited; 0 awaited: unknown."""


def _passing(error: BaseException) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        status = error.response.status_code
        return status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.TOO_MANY_REQUESTS
    return isinstance(error, httpx.TransportError)


_patiently = retry(
    retry=retry_if_exception(_passing),
    stop=stop_after_attempt(ATTEMPTS),
    wait=wait_exponential(multiplier=0.5, max=10),
    reraise=True,
)


def fetch(http: httpx.Client, address: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """A small document with its headers. Raises MirrorFailed with the address and the answer."""
    try:
        return _get(http, address, headers)
    except httpx.HTTPError as error:
        raise MirrorFailed(f"{address}: {_told(error)}") from error


def fetch_checked(http: httpx.Client, address: str, target: Path, digest: str, moved: Moved) -> None:
    """Streams `address` to `target`. Raises MirrorFailed, leaving nothing, if its SHA-256 (hex) is not `digest`."""
    try:
        found = _stream(http, address, target, moved)
    except httpx.HTTPError as error:
        target.unlink(missing_ok=True)
        raise MirrorFailed(f"{address}: {_told(error)}") from error
    if found != digest:
        target.unlink()
        raise MirrorFailed(f"{address}: its SHA-256 is {found}, not {digest}")


@_patiently
def _get(http: httpx.Client, address: str, headers: Mapping[str, str] | None) -> httpx.Response:
    return http.get(address, headers=headers).raise_for_status()


@_patiently
def _stream(http: httpx.Client, address: str, target: Path, moved: Moved) -> str:
    running = hashlib.sha256()
    with http.stream("GET", address) as response, target.open("wb") as file:
        response.raise_for_status()
        total = int(response.headers.get("Content-Length", 0))
        for piece in response.iter_bytes(PIECE):
            running.update(piece)
            file.write(piece)
            moved(file.tell(), total)
    return running.hexdigest()


def _told(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"the server answered {error.response.status_code} {error.response.reason_phrase}"
    return str(error) or type(error).__name__
