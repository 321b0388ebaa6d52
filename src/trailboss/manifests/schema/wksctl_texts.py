"""Kinds of text that only wksctl's fields hold."""

import re
from typing import Annotated

from pydantic import AfterValidator

from trailboss.manifests.schema.addresses import check_url
from trailboss.manifests.schema.texts import refuse

_GO_DURATION = re.compile(r"(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+")
_WEBHOOK = re.compile(r"https?://[^\s/?#@]+(/\S*)?")


def _http_proxy(text: str) -> str:
    """Take HOST:PORT, too, as the programs that read such a setting do."""
    return check_url(text if "://" in text else f"http://{text}")


def _key_path(text: str) -> str:
    """Take any path; one that begins elsewhere than at / or ~/ is told of later, for it names no file of a worker."""
    if not text.strip():
        raise refuse("not a path", "a path on the worker that begins with / or ~/")
    return text


def _webhook(text: str) -> str:
    if not _WEBHOOK.fullmatch(text):
        raise refuse("not the URL of a webhook", "https://HOST[:PORT][/PATH], without user and password")
    return text


def _go_duration(text: str) -> str:
    if not _GO_DURATION.fullmatch(text):
        raise refuse("not a time as Go writes it", "such as 30s, 5m0s or 1h30m")
    return text


GoDuration = Annotated[str, AfterValidator(_go_duration)]
HttpProxy = Annotated[str, AfterValidator(_http_proxy)]
KeyPath = Annotated[str, AfterValidator(_key_path)]
WebhookUrl = Annotated[str, AfterValidator(_webhook)]
