"""Private keys and passwords do not belong into Git: finds them, and never repeats them."""

import base64
import binascii
import re
from collections.abc import Iterator

_ARMOUR = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-|AGE-SECRET-KEY-1")
_BASE64_ARMOUR = re.compile(r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{26,}")
# The scheme's length is bounded: else a long word (64 KiB of base64) is looked through from each of its letters.
_URL_PASSWORD = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s/@:\"']*:[^\s/@\"']+@")
_SECRET_NAME = re.compile(r"password|passwd|passphrase|secret|token|private_?key(?!_?file)", re.IGNORECASE)


def holds_private_key(text: str) -> bool:
    """Tell whether a private key begins in `text`, in armour or that in base64."""
    if _ARMOUR.search(text):
        return True
    return any(_ARMOUR.search(_decoded(match)) for match in _BASE64_ARMOUR.findall(text))


def holds_secret(text: str) -> bool:
    return holds_private_key(text) or bool(_URL_PASSWORD.search(text))


def names_secret(name: str) -> bool:
    """Tell whether a field of this name would hold a secret."""
    return bool(_SECRET_NAME.search(name))


def secret_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line (from 1) and kind of every secret in `text`, also in comments and where YAML is broken."""
    for number, line in enumerate(text.split("\n"), start=1):
        if holds_private_key(line):
            yield number, "a private key"
        elif _URL_PASSWORD.search(line):
            yield number, "a password in a URL"


def _decoded(token: str) -> str:
    # Any 40 characters hold a whole "-----BEGIN … PRIVATE KEY-----"'s beginning; groups of four decode alone.
    try:
        return base64.b64decode(token[: len(token) // 4 * 4]).decode("latin-1")
    except binascii.Error:
        return ""
