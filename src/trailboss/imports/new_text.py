"""Manifests of machines that are new."""

from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from trailboss.imports.wanted import WantedMachine

HEADER = """\
# The machines of the cluster, written by `trailboss import`. Edit them as you like: another import changes what the
# source says otherwise, adds what is new in it, and leaves all else as it is.
"""
_WIDEST = 10**6


def machine_text(machine: WantedMachine, cluster: str, spec: dict[str, Any]) -> str:
    """Return a Machine and its SSHMachine as two documents."""
    reference = {"apiVersion": "trailboss.dev/v1alpha1", "kind": "SSHMachine", "name": machine.name}
    return _document(
        {
            "apiVersion": "cluster.x-k8s.io/v1beta1",
            "kind": "Machine",
            "metadata": {"name": machine.name},
            "spec": {"clusterName": cluster, "bootstrap": {}, "infrastructureRef": reference},
        }
    ) + _document(
        {
            "apiVersion": "trailboss.dev/v1alpha1",
            "kind": "SSHMachine",
            "metadata": {"name": machine.name},
            "spec": spec,
        }
    )


def _document(value: dict[str, Any]) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.width = _WIDEST
    # Some characters beyond ASCII would come back as line ends.
    yaml.allow_unicode = False
    yaml.explicit_start = True
    text = StringIO()
    yaml.dump(value, text)
    return text.getvalue()
