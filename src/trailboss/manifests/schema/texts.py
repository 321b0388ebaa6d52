"""Kinds of text that fields hold. A text that does not fit raises an error whose context says what is allowed."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from trailboss.model.supported import SUPPORTED, is_supported

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_HOST = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
_QUALIFIED = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_BASTION = re.compile(r"(?P<user>[^\s@:]+)@(?P<host>[^\s@:]+)(:(?P<port>\d{1,5}))?")
_URL = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")
_VERSION = re.compile(r"v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", re.ASCII)
_LONGEST_LABEL = 63
_LONGEST_SUBDOMAIN = 253
_HIGHEST_PORT = 65535


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


def is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _address(text: str) -> str:
    allowed = "an IPv4 address such as 10.0.0.11, or a DNS name"
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        last = text.rstrip(".").rpartition(".")[2]
        if _HOST.fullmatch(text) and not last.isdigit():
            return text
        raise refuse("neither an IP address nor a DNS name", allowed) from None
    if parsed.version != 4:  # noqa: PLR2004 - IPv4, not a figure of ours
        raise refuse("IPv6 is not supported yet", allowed)
    if parsed.is_multicast or parsed.is_unspecified:
        raise refuse("an address that no machine can have", allowed)
    return text


def _ip(text: str) -> str:
    if not is_ip(text):
        raise refuse("not an IP address", "an IPv4 address such as 10.0.0.11")
    return _address(text)


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


def _cidr(text: str) -> str:
    allowed = "an IPv4 range such as 10.244.0.0/16"
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise refuse("not a range of addresses", allowed) from None
    if network.version != 4:  # noqa: PLR2004 - as above
        raise refuse("IPv6 is not supported yet", allowed)
    if "/" not in text or str(network) != text:
        raise refuse("not the first address of a range with its length", f"{network}" if "/" in text else allowed)
    return text


def _domain(text: str) -> str:
    if not is_subdomain(text):
        raise refuse("not a DNS domain", "a DNS domain in lower case, such as cluster.local")
    return text


def _url(text: str) -> str:
    if not _URL.fullmatch(text):
        raise refuse(
            "not an address to fetch from", "http://HOST[:PORT][/PATH] or https://…, without user and password"
        )
    return text.rstrip("/")


def _file(text: str) -> str:
    if not text.startswith(("/", "~/")):
        raise refuse("not a full path", "a path on the worker that begins with / or ~/")
    return text


def _directory(text: str) -> str:
    if not text.startswith("/"):
        raise refuse("not a full path", "a path on the host that begins with /")
    return text


def _host_port(text: str) -> str:
    host, colon, port = text.partition(":")
    _address(host)
    if colon and (not port.isdecimal() or int(port) not in range(1, _HIGHEST_PORT + 1)):
        raise refuse("not a port", "HOST or HOST:PORT, with a port from 1 to 65535")
    return text


def _bastion(text: str) -> str:
    match = _BASTION.fullmatch(text)
    if not match or int(match["port"] or 22) not in range(1, _HIGHEST_PORT + 1):
        raise refuse("not a way to a jump host", "user@host or user@host:port")
    _address(match["host"])
    return text


def _known_host(text: str) -> str:
    allowed = 'a line of a known_hosts file: "HOST KEYTYPE BASE64KEY"'
    fields = text.split()
    fields = fields[1:] if fields[:1] in (["@cert-authority"], ["@revoked"]) else fields
    if len(fields) < 3 or not fields[1].startswith(("ssh-", "ecdsa-", "sk-")):  # noqa: PLR2004 - host, type, key
        raise refuse("not a line of a known_hosts file", allowed)
    try:
        base64.b64decode(fields[2], validate=True)
    except binascii.Error:
        raise refuse("the key in this line is not base64", allowed) from None
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


def _repository(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?(/[a-z0-9._-]+)*", text):
        raise refuse("not a repository of images", "HOST[:PORT][/PATH] without https://, such as registry.k8s.io")
    return text


def _nothing(value: dict[str, Any]) -> dict[str, Any]:
    if value:
        raise refuse(
            "a status does not belong into a manifest", "no status: it is observed, never asked for; take it out"
        )
    return value


def _text(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(check)


Address = Annotated[str, _text(_address)]
Argument = Annotated[str, _text(_argument)]
Bastion = Annotated[str, _text(_bastion)]
Cidr = Annotated[str, _text(_cidr)]
Directory = Annotated[str, _text(_directory)]
Domain = Annotated[str, _text(_domain)]
File = Annotated[str, _text(_file)]
HostPort = Annotated[str, _text(_host_port)]
Ip = Annotated[str, _text(_ip)]
KubeletValue = Annotated[str, _text(_kubelet_value)]
KnownHost = Annotated[str, _text(_known_host)]
LabelKey = Annotated[str, _text(_label_key)]
LabelValue = Annotated[str, _text(_label_value)]
Repository = Annotated[str, _text(_repository)]
Url = Annotated[str, _text(_url)]
Version = Annotated[str, BeforeValidator(_version)]
NoStatus = Annotated[dict[str, Any], AfterValidator(_nothing)]
