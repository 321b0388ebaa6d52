"""What SSHCluster `spec.addons` may say."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from trailboss.manifests.schema.base import Schema
from trailboss.manifests.schema.texts import is_label, refuse
from trailboss.manifests.schema.times import PositiveDuration
from trailboss.model.addons import is_url

_PATH = "a path below the repository's folder addons/; one that begins with ./ is below this manifest's own folder"
_LONGEST_NAME = 40  # with what stands before it, it is the name of a ConfigMap and the value of a label
_REMOTE = re.compile(r"(https?|ssh)://[^\s@]*(@[^\s@:]+(:\d+)?)?[^\s@]*")


def _name(text: str) -> str:
    if not is_label(text) or len(text) > _LONGEST_NAME:
        allowed = f"lower-case letters, digits and -, up to {_LONGEST_NAME}, from letter or digit to letter or digit"
        raise refuse("not a name for an addon", allowed)
    return text


def _label(text: str) -> str:
    if not is_label(text):
        raise refuse("not a name", "lower-case letters, digits and -, from letter or digit to letter or digit")
    return text


def _path(text: str) -> str:
    parts = text.removeprefix("./").rstrip("/").split("/")
    if text.startswith("/") or any(part.startswith(".") or not part for part in parts):
        raise refuse("not a path in the repository", f"{_PATH}; without hidden names and ..")
    return text.rstrip("/")


def _source(text: str) -> str:
    if not is_url(text):
        return _path(text)
    if "@" in text or "#" in text:
        raise refuse("not a URL to fetch from", "http(s)://HOST[:PORT]/PATH, without user and password")
    return text


def _sha256(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise refuse("not a SHA-256", "64 digits from 0 to 9 and a to f, as sha256sum prints them")
    return text


def _remote(text: str) -> str:
    credentials = re.match(r"https?://[^/]*@", text)
    if not _REMOTE.fullmatch(text) or credentials:
        raise refuse(
            "not a repository that Flux can follow",
            "ssh://USER@HOST/PATH or https://HOST/PATH; credentials go into a Secret that secretRef names",
        )
    return text


def _flux_path(text: str) -> str:
    if text.startswith("/") or ".." in text.split("/"):
        raise refuse("not a path in a repository", "a folder from that repository's root, such as apps/production")
    return f"./{text.removeprefix('./')}"


def _prune(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value != "all":
        raise refuse("not one of the values allowed", "true, false, all")
    return value


Label = Annotated[str, AfterValidator(_label)]
AddonName = Annotated[str, AfterValidator(_name)]
AddonPath = Annotated[str, AfterValidator(_path)]
Source = Annotated[str, AfterValidator(_source)]


class HelmSpec(Schema):
    chart: Source = Field(description=f"a chart's folder or archive: {_PATH}; or the URL of an archive")
    release_name: Label | None = Field(default=None, description="the release's name; default: the addon's")
    values_from: list[AddonPath] = Field(default=[], description=f"a list of files with values: {_PATH}")
    values: dict[str, Any] = Field(default={}, description="a mapping of values, which stand over those of valuesFrom")


class FluxSpec(Schema):
    install: Source | None = Field(
        default=None, description=f"Flux's manifest: {_PATH}; or a URL; default: what `flux install --export` writes"
    )
    url: Annotated[str, AfterValidator(_remote)] = Field(description="the repository to follow: ssh:// or https://")
    branch: str = Field(default="main", min_length=1, description="a branch")
    path: Annotated[str, AfterValidator(_flux_path)] = Field(
        default="./", description="the folder in that repository that this cluster applies"
    )
    secret_ref: Label | None = Field(default=None, description="the name of a Secret in flux-system, made by you")
    interval: PositiveDuration = Field(default=timedelta(minutes=1), description="how often it looks, such as 1m")
    prune: bool = Field(default=True, description="true or false")


class AddonSpec(Schema):
    name: AddonName = Field(description="a name of its own")
    manifests: list[Source] | None = Field(
        default=None, min_length=1, description=f"a list of files and folders: {_PATH}; or a URL"
    )
    kustomize: AddonPath | None = Field(default=None, description=f"a folder with a kustomization.yaml: {_PATH}")
    helm: HelmSpec | None = Field(default=None, description="a mapping with chart, releaseName, valuesFrom, values")
    flux: FluxSpec | None = Field(
        default=None, description="a mapping with url, branch, path, secretRef, interval, prune, install"
    )
    sha256: Annotated[str, AfterValidator(_sha256)] | None = Field(
        default=None, description="the SHA-256 of what the URL gives"
    )
    namespace: Label = Field(default="default", description="where objects go that name no namespace")
    depends_on: list[AddonName] = Field(default=[], description="a list of names of addons that come before")
    timeout: PositiveDuration = Field(default=timedelta(minutes=5), description="how long it may take to be healthy")
    prune: Annotated[
        Literal["yes", "no", "all"], BeforeValidator(_prune), WithJsonSchema({"enum": [True, False, "all"]})
    ] = Field(default="yes", description="true, false, all")
    force_conflicts: bool = Field(default=False, description="true or false")
    network: bool = Field(default=False, description="true or false")
