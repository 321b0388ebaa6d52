"""What a remote's URL says: how it is reached, and whether Trailboss takes it."""

import re
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

Transport = Literal["local", "ssh", "https", "other"]

# As Git reads it: host:path is SSH unless a slash comes before the first colon.
_SCP_LIKE = re.compile(r"(?:(?P<user>[^@/:]+)@)?(?P<host>\[[^\]]+\]|[^/:]+):(?!//)")


def transport(url: str) -> Transport:
    scheme = urlsplit(url).scheme if "://" in url else ""
    if scheme:
        return {"file": "local", "ssh": "ssh", "https": "https"}.get(scheme, "other")  # type: ignore[return-value]
    return "ssh" if _SCP_LIKE.match(url) else "local"


def local_path(url: str) -> Path:
    """Return the folder that a local URL names."""
    return Path(unquote(urlsplit(url).path) if "://" in url else url)


def host(url: str) -> str:
    """Return the host of a remote URL, "" where it has none."""
    if "://" in url:
        return urlsplit(url).hostname or ""
    match = _SCP_LIKE.match(url)
    return match["host"].strip("[]") if match else ""


def secret_in(url: str) -> bool:
    """Tell whether a password stands in the URL: it would be kept in histories and shown on screens."""
    return "://" in url and urlsplit(url).password is not None
