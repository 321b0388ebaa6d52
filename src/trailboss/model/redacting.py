"""Takes secrets out of what hosts printed before it is shown or logged: rather a word too many than one too few."""

import re

_GONE = "[redacted]"
_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY")
_END = re.compile(r"-----END [A-Z0-9 ]*PRIVATE KEY")
_PATTERNS = (
    # A whole private key, in armour or in base64 of that; one that is cut off, to the end of the text.
    re.compile(
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\Z)", re.DOTALL
    ),
    # The end of one whose beginning is not shown, and a line from the middle.
    re.compile(r"\A.*?-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----", re.DOTALL),
    re.compile(r"^[A-Za-z0-9+/]{60,}={0,2}$", re.MULTILINE),
    re.compile(r"LS0tLS1CRUdJTi[A-Za-z0-9+/=]{26,}"),
    # Bootstrap tokens, and tokens of service accounts.
    re.compile(r"\b[a-z0-9]{6}\.[a-z0-9]{16}\b"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"),
)
_NAMED = re.compile(
    r"""(?P<name>(?:certificate-key|client-key-data|password|passwd|passphrase|secret|token|authorization)["']?
    (?:\s*[:=]\s*|\s+(?=[0-9a-f]{64}\b))(?:(?:bearer|basic)\s+)?)["']?[^\s"',]+""",
    re.IGNORECASE | re.VERBOSE,
)
_IN_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^\s/@:\"']*:[^\s/@\"']+@")


def open_key(text: str) -> int | None:
    """Return where a private key begins that does not end in the text, None where there is none."""
    begins = [match.start() for match in _BEGIN.finditer(text)]
    return begins[-1] if begins and not _END.search(text, begins[-1]) else None


def redact(text: str) -> str:
    """Return the text with `[redacted]` for private keys, tokens, passwords and the like."""
    for pattern in _PATTERNS:
        text = pattern.sub(_GONE, text)
    text = _IN_URL.sub(rf"\g<scheme>{_GONE}@", text)
    return _NAMED.sub(rf"\g<name>{_GONE}", text)
