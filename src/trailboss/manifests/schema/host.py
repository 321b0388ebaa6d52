"""What hosts are given beside Kubernetes: files, a proxy, and what API servers see of them."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from trailboss.manifests.schema import seen
from trailboss.manifests.schema.addresses import Url, check_cidr, is_host, is_ip
from trailboss.manifests.schema.base import Schema
from trailboss.manifests.schema.seen import like
from trailboss.manifests.schema.texts import is_label, refuse

PathType = Literal["", "File", "FileOrCreate", "Directory", "DirectoryOrCreate", "Socket"]
_PORT = re.compile(r":\d{1,5}$")


def _host_path(text: str) -> str:
    allowed = "a path on the hosts that begins with /, without . and .. in it and without a / at its end"
    parts = text.split("/")
    if not text.startswith("/") or any(part in ("", ".", "..") for part in parts[1:]):
        raise refuse("not a full path", allowed)
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        raise refuse("a path with spaces, or with characters that cannot be printed", allowed)
    return text


def _mode(text: str) -> str:
    if not re.fullmatch(r"0?[0-7]{3}", text):
        raise refuse("not the mode of a file", 'an octal text such as "0644"')
    return text.zfill(4)


def _beside(text: str) -> str:
    parts = text.split("/")
    if any(part.startswith(".") or not part for part in parts):
        raise refuse(
            "not a file of the cluster's folder",
            "a path from this manifest's own folder, such as files/webhook.yaml, without hidden names and ..",
        )
    return text


def _no_proxy(text: str) -> str:
    """Take what Go's programs understand: a host, a domain with or without a dot before it, an address, a range, *."""
    allowed = "a DNS name, .DOMAIN, an IPv4 address, each with or without :PORT, or an IPv4 range; one for each entry"
    name = _PORT.sub("", text).removeprefix(".")
    if text == "*" or is_ip(name) or is_host(name):
        return text
    if "/" not in text:
        raise refuse("neither a host nor a range", allowed)
    check_cidr(text)
    return text


def _volume_name(text: str) -> str:
    if not is_label(text):
        raise refuse(
            "not a name for a volume",
            "lower-case letters, digits and -, up to 63, beginning and ending with a letter or digit",
        )
    return text


FileMode = Annotated[str, AfterValidator(_mode), like(seen.FILE_MODE)]
HostPath = Annotated[str, AfterValidator(_host_path), like(seen.HOST_PATH)]
VolumeName = Annotated[str, AfterValidator(_volume_name), like(seen.LABEL, maxLength=63)]


class FileSpec(Schema):
    path: HostPath = Field(description="a path on the hosts that begins with /")
    content: str | None = Field(default=None, description="the file's text")
    content_from: Annotated[str, AfterValidator(_beside)] | None = Field(
        default=None, description="a file of the cluster's folder, by its path from this manifest's own folder"
    )
    mode: FileMode = Field(default="0644", description='an octal text such as "0644"')


class ProxySpec(Schema):
    http: Url | None = Field(default=None, description="the URL of a proxy for http, such as http://10.0.0.2:3128")
    https: Url | None = Field(default=None, description="the URL of a proxy for https, such as http://10.0.0.2:3128")
    no_proxy: list[Annotated[str, AfterValidator(_no_proxy)]] = Field(
        default=[], description="a list of DNS names, .DOMAINs, IPv4 addresses and ranges"
    )

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if not (self.http or self.https):
            raise refuse("a proxy that nothing goes through", "http, https or both, with the proxy's URL")
        return self


class VolumeSpec(Schema):
    name: VolumeName = Field(description="a name of its own for the volume")
    host_path: HostPath = Field(description="a path on the hosts that begins with /")
    mount_path: HostPath = Field(description="the path in the API server's container, beginning with /")
    read_only: bool = Field(default=True, description="true or false")
    path_type: PathType = Field(
        default="File", description='File, FileOrCreate, Directory, DirectoryOrCreate, Socket, "" for no check'
    )
