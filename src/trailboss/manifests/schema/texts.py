"""Kinds of text that fields hold. A text that does not fit raises an error whose context says what is allowed."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from trailboss.manifests.schema import seen
from trailboss.manifests.schema.seen import Seen, like
from trailboss.model.supported import SUPPORTED, is_supported

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_QUALIFIED = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_VERSION = re.compile(r"v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", re.ASCII)
_FINGERPRINT = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_LONGEST_LABEL = 63
_LONGEST_SUBDOMAIN = 253


def refuse(message: str, allowed: str) -> PydanticCustomError:
    """Return the error for a value that does not fit; both texts are for people."""
    # pydantic fills {…} in messages: what a user wrote must not be taken for one.
    escaped = message.replace("{", "{{").replace("}", "}}")
    return PydanticCustomError("refused", escaped, {"allowed": allowed})


def is_label(text: str) -> bool:
    """Tell whether `text` is a DNS-1123 label."""
    return len(text) <= _LONGEST_LABEL and bool(_LABEL.fullmatch(text))


def is_subdomain(text: str) -> bool:
    """Tell whether `text` is a DNS-1123 subdomain."""
    return len(text) <= _LONGEST_SUBDOMAIN and all(_LABEL.fullmatch(part) for part in text.split("."))


def _version(text: object) -> str:
    allowed = f"X.Y.Z with or without v, {SUPPORTED}, such as 1.34.4"
    # YAML reads 1.34 as a number.
    match = _VERSION.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise refuse("not a full version", allowed)
    major, minor, _ = (int(part) for part in match.groups())
    if not is_supported(major, minor):
        raise refuse("a version of Kubernetes that is not supported", allowed)
    return match[0].removeprefix("v")


def _domain(text: str) -> str:
    if not is_subdomain(text):
        raise refuse("not a DNS domain", "a DNS domain in lower case, such as cluster.local")
    return text


def _file(text: str) -> str:
    if not text.startswith(("/", "~/")):
        raise refuse("not a full path", "a path on the worker that begins with / or ~/")
    return text


def _directory(text: str) -> str:
    if not text.startswith("/"):
        raise refuse("not a full path", "a path on the host that begins with /")
    return text


def _argument(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9.-]*", text):
        raise refuse("not the name of a flag", "the flag's name without leading dashes, such as v or feature-gates")
    return text


def _kubelet_value(text: str) -> str:
    """Refuse what would not arrive: systemd takes these arguments from one variable, which it splits and unquotes."""
    if any(letter.isspace() or not letter.isprintable() or letter in "\"'\\" for letter in text):
        raise refuse(
            "cannot be handed to the kubelet through systemd",
            "a text without spaces, quotes, backslashes and control characters",
        )
    return text


def _label_key(text: str) -> str:
    prefix, slash, name = text.rpartition("/")
    if not _QUALIFIED.fullmatch(name) or (slash and not is_subdomain(prefix)):
        raise refuse(
            "not the key of a label",
            "[DOMAIN/]NAME, such as rack or example.com/rack; NAME up to 63 letters, digits, -, _, .",
        )
    return text


def _label_value(text: str) -> str:
    if text and not _QUALIFIED.fullmatch(text):
        raise refuse(
            "not the value of a label",
            "nothing, or up to 63 letters, digits, -, _, . that begin and end with a letter or digit",
        )
    return text


def _fingerprint(text: str) -> str:
    if not _FINGERPRINT.fullmatch(text):
        raise refuse(
            "not the digest of a certificate",
            "sha256: and 64 hexadecimal digits: `openssl x509 -in ca.crt -outform DER | sha256sum`",
        )
    return text


def _nothing(value: dict[str, Any]) -> dict[str, Any]:
    if value:
        raise refuse(
            "a status does not belong into a manifest", "no status: it is observed, never asked for; take it out"
        )
    return value


def _text(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(check)


Argument = Annotated[str, _text(_argument), like(seen.ARGUMENT)]
Directory = Annotated[str, _text(_directory), like(seen.DIRECTORY)]
Domain = Annotated[str, _text(_domain), like(seen.SUBDOMAIN)]
File = Annotated[str, _text(_file), like(seen.FILE)]
Fingerprint = Annotated[str, _text(_fingerprint), like(seen.FINGERPRINT)]
KubeletValue = Annotated[str, _text(_kubelet_value), like(seen.KUBELET_VALUE)]
LabelKey = Annotated[str, _text(_label_key), like(seen.LABEL_KEY)]
LabelValue = Annotated[str, _text(_label_value), like(seen.LABEL_VALUE)]
Version = Annotated[str, BeforeValidator(_version), like(seen.VERSION)]
NoStatus = Annotated[dict[str, Any], AfterValidator(_nothing), Seen({"maxProperties": 0})]
