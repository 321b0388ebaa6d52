"""Kubernetes objects as addons bring them."""

from dataclasses import dataclass
from typing import Any, NamedTuple

Json = dict[str, Any]


class GroupKind(NamedTuple):
    """`group` "" is the core group. Written as KEP-3659 has it: "ConfigMap", "Deployment.apps"."""

    group: str
    kind: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.group}" if self.group else self.kind

    @classmethod
    def parse(cls, text: str) -> "GroupKind":
        kind, _, group = text.partition(".")
        return cls(group, kind)


class Ref(NamedTuple):
    """Which object it is, whatever version it is written in; `namespace` "" for what belongs to none."""

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        where = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.group_kind} {where}"

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Read what `str` has written."""
        group_kind, _, where = text.partition(" ")
        namespace, _, name = where.rpartition("/")
        group, kind = GroupKind.parse(group_kind)
        return cls(group, kind, namespace, name)

    @property
    def group_kind(self) -> GroupKind:
        return GroupKind(self.group, self.kind)


@dataclass(frozen=True)
class AddonObject:
    """One object; `body` has apiVersion, kind and metadata.name as texts."""

    body: Json

    @property
    def api_version(self) -> str:
        return str(self.body["apiVersion"])

    @property
    def group(self) -> str:
        return self.api_version.rpartition("/")[0]

    @property
    def kind(self) -> str:
        return str(self.body["kind"])

    @property
    def name(self) -> str:
        return str(self.body["metadata"]["name"])

    @property
    def namespace(self) -> str:
        return str(self.body["metadata"].get("namespace") or "")

    @property
    def annotations(self) -> dict[str, str]:
        return self.body["metadata"].get("annotations") or {}

    @property
    def ref(self) -> Ref:
        return ref_of(self.body)

    def in_namespace(self, namespace: str) -> "AddonObject":
        """Return it in that namespace; "" takes it out of any."""
        metadata = {key: value for key, value in self.body["metadata"].items() if key != "namespace"}
        return AddonObject({**self.body, "metadata": {**metadata, **({"namespace": namespace} if namespace else {})}})

    def marked(self, labels: dict[str, str], annotations: dict[str, str] | None = None) -> "AddonObject":
        """Return it with these labels and annotations beside its own."""
        metadata = {**self.body["metadata"], "labels": {**(self.body["metadata"].get("labels") or {}), **labels}}
        if annotations:
            metadata["annotations"] = {**self.annotations, **annotations}
        return AddonObject({**self.body, "metadata": metadata})


def ref_of(body: Json) -> Ref:
    metadata = body["metadata"]
    group = str(body["apiVersion"]).rpartition("/")[0]
    return Ref(group, str(body["kind"]), str(metadata.get("namespace") or ""), str(metadata["name"]))
