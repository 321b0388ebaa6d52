"""kubeadm's configuration as YAML documents."""

from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter

from trailboss.model.cluster import Volume

API_VERSION = "kubeadm.k8s.io/v1beta4"
CRI_SOCKET = "unix:///run/containerd/containerd.sock"

Document = dict[str, Any]


class _Quoting(SafeRepresenter):
    """Quotes every string: kubeadm reads YAML 1.1, where a bare yes, y, on or 1e3 is no string."""


def _quoted(representer: SafeRepresenter, text: str) -> ScalarNode:
    return representer.represent_scalar("tag:yaml.org,2002:str", text, style='"')


_Quoting.add_representer(str, _quoted)


def dump(*documents: Document) -> str:
    """Write documents one after the other, keys in the order given."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Quoting
    yaml.default_flow_style = False
    yaml.width = 4096
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment] # typed as None in ruamel.yaml
    text = StringIO()
    yaml.dump_all(documents, text)
    return text.getvalue()


def merged(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Document:
    """Lay `theirs` over `ours`: mappings are merged, everything else is replaced."""
    result = dict(ours)
    for key, value in theirs.items():
        mine = result.get(key)
        result[key] = merged(mine, value) if isinstance(mine, Mapping) and isinstance(value, Mapping) else value
    return result


def arguments(values: Mapping[str, str]) -> list[dict[str, str]]:
    """Return extra arguments in v1beta4's form: a list of name and value."""
    return [{"name": name.lstrip("-"), "value": value} for name, value in values.items()]


def volumes(values: Iterable[Volume]) -> list[dict[str, Any]]:
    """Return volumes in v1beta4's form; a path type of "" is left out, as kubeadm itself does."""
    return [
        {
            "name": volume.name,
            "hostPath": volume.host_path,
            "mountPath": volume.mount_path,
            "readOnly": volume.read_only,
            **({"pathType": volume.path_type} if volume.path_type else {}),
        }
        for volume in values
    ]
