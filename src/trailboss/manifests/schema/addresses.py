"""Where something is: texts with addresses, names of hosts, URLs and ranges in them, and the keys of hosts."""

import base64
import binascii
import ipaddress
import re
from typing import Annotated

from pydantic import AfterValidator

from trailboss.manifests.schema import seen
from trailboss.manifests.schema.seen import like
from trailboss.manifests.schema.texts import refuse

_HOST = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
_BASTION = re.compile(r"(?P<user>[^\s@:]+)@(?P<host>[^\s@:]+)(:(?P<port>\d{1,5}))?")
_URL = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")
_HIGHEST_PORT = 65535


def is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_host(text: str) -> bool:
    """Tell whether `text` is a DNS name; one that ends in digits only would be taken for an address."""
    return bool(_HOST.fullmatch(text)) and not text.rstrip(".").rpartition(".")[2].isdigit()


def _address(text: str) -> str:
    allowed = "an IPv4 address such as 10.0.0.11, or a DNS name"
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        if is_host(text):
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


def check_cidr(text: str) -> str:
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


def check_url(text: str) -> str:
    if not _URL.fullmatch(text):
        raise refuse(
            "not an address to fetch from", "http://HOST[:PORT][/PATH] or https://…, without user and password"
        )
    return text.rstrip("/")


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


def _repository(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?(/[a-z0-9._-]+)*", text):
        raise refuse("not a repository of images", "HOST[:PORT][/PATH] without https://, such as registry.k8s.io")
    return text


Address = Annotated[str, AfterValidator(_address), like(seen.ADDRESS)]
Bastion = Annotated[str, AfterValidator(_bastion), like(seen.BASTION)]
Cidr = Annotated[str, AfterValidator(check_cidr), like(seen.CIDR)]
HostPort = Annotated[str, AfterValidator(_host_port), like(seen.HOST_PORT)]
Ip = Annotated[str, AfterValidator(_ip), like(seen.IPV4)]
KnownHost = Annotated[str, AfterValidator(_known_host), like(seen.KNOWN_HOST)]
Repository = Annotated[str, AfterValidator(_repository), like(seen.REPOSITORY)]
Url = Annotated[str, AfterValidator(check_url), like(seen.URL)]
