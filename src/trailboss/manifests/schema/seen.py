"""What a schema can tell of the checks that Python does: patterns and bounds, for editors and other validators.

A schema must never refuse what Trailboss takes; it may let pass what only Trailboss can see. Patterns are written so
that ECMAScript and RE2 (Kubernetes) read them alike: no look-ahead, no named groups.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from trailboss.model.supported import NEWEST_MINOR, OLDEST_MINOR

_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = rf"({_OCTET}\.){{3}}{_OCTET}"
_NAME = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
# The last part of a name has something that is no digit in it, or it would be taken for an address.
_LAST = r"([0-9]*[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?|[0-9]+-[A-Za-z0-9-]*[A-Za-z0-9])"
_ADDRESS = rf"({_IPV4}|({_NAME}\.)*{_LAST})"
_PORT = r"[0-9]{1,5}"
_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_QUALIFIED = r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_MINORS = "|".join(str(minor) for minor in range(OLDEST_MINOR, NEWEST_MINOR + 1))
_NUMBER = "(0|[1-9][0-9]*)"


def _whole(pattern: str) -> str:
    return f"^{pattern}$"


ADDRESS = _whole(_ADDRESS)
ARGUMENT = _whole(r"[A-Za-z][A-Za-z0-9.-]*")
BASTION = _whole(rf"[^\s@:]+@{_ADDRESS}(:{_PORT})?")
CHECK_NAME = _whole(r"[A-Za-z][A-Za-z0-9._-]*")
CIDR = _whole(rf"{_IPV4}/(3[0-2]|[12]?[0-9])")
DIRECTORY = "^/"
DURATION = _whole("([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?")
FILE = "^(/|~/)"
FILE_MODE = _whole("0?[0-7]{3}")
FINGERPRINT = _whole("sha256:[0-9a-f]{64}")
HOST_PATH = _whole("(/[^/]+)+")
HOST_PORT = _whole(rf"{_ADDRESS}(:{_PORT})?")
IPV4 = _whole(_IPV4)
KNOWN_HOST = r"^\s*(@(cert-authority|revoked)\s+)?\S+\s+(ssh-|ecdsa-|sk-)\S*\s+[A-Za-z0-9+/=]+(\s|$)"
KUBELET_VALUE = _whole(r"""[^\s"'\\]*""")
LABEL = _whole(_LABEL)
LABEL_KEY = _whole(rf"({_SUBDOMAIN}/)?{_QUALIFIED}")
LABEL_VALUE = _whole(rf"({_QUALIFIED})?")
NONE_AT_ALL = _whole("(0+h)?(0+m)?(0+s)?")
PERCENT = _whole("(100|[1-9][0-9]?)%")
REPOSITORY = _whole(r"[A-Za-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*")
STORE = r"^(/|~/|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^\s?#]*)?$)"
SUBDOMAIN = _whole(_SUBDOMAIN)
TIME_OF_DAY = _whole("([01][0-9]|2[0-3]):[0-5][0-9]")
URL = _whole(r"https?://[^\s/?#@]+(/[^\s?#]*)?")
VERSION = _whole(rf"v?1\.({_MINORS})\.{_NUMBER}")


@dataclass(frozen=True)
class Seen:
    """Beside a validator in `Annotated`: keywords of JSON Schema that say as much of its check as they can."""

    keywords: dict[str, Any]

    def __hash__(self) -> int:
        return hash(repr(self.keywords))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler.resolve_ref_schema(handler(core)), **self.keywords}


def like(pattern: str, **keywords: Any) -> Seen:  # noqa: ANN401 - keywords of JSON Schema
    """Return what says that a text must match `pattern`; further keywords stand beside it."""
    return Seen({"pattern": pattern, **keywords})
