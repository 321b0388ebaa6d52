from functools import cache
from io import StringIO
from textwrap import indent
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from ruamel.yaml import YAML

from trailboss.manifests.published.json_schema import ALL, schema_files
from trailboss.manifests.scaffold.spec import ScaffoldMachine, ScaffoldSpec
from trailboss.manifests.schema.times import duration_text
from trailboss.model.cluster import HostFile, Proxy, Volume
from trailboss.model.machine import SSHAccess
from trailboss.model.rollout import MaxUnavailable, Window
from trailboss.model.supported import SUPPORTED

_SSH_FIELDS = {
    "user": "user",
    "port": "port",
    "key_file": "keyFile",
    "known_hosts_file": "knownHostsFile",
    "known_hosts": "knownHosts",
    "bastion": "bastion",
}
SCHEMAS = ".trailboss/schemas"
"""Where a repository keeps the schema that its manifests name: a folder with a dot, which no poll reads."""
_EDITORS = f"# yaml-language-server: $schema=../../{SCHEMAS}/{ALL}\n"
_WIDEST = 10**6
"""Long texts stay on one line."""


def scaffold(spec: ScaffoldSpec) -> dict[str, str]:
    """Return a whole repository to start from: path in it → text.

    Its manifests tell editors which schema they follow: one in the repository itself, so that no network is needed.
    """
    return {
        "README.md": _render("README.md.j2", spec),
        ".gitignore": _render("gitignore.j2", spec),
        f"{SCHEMAS}/{ALL}": schema_files()[ALL],
        **{file: _EDITORS + text for file, text in scaffold_cluster(spec).items()},
    }


def scaffold_cluster(spec: ScaffoldSpec) -> dict[str, str]:
    """Return the manifests of the cluster alone: path in the repository → text."""
    folder = f"clusters/{spec.name}"
    return {
        f"{folder}/cluster.yaml": _render("cluster.yaml.j2", spec),
        f"{folder}/machines.yaml": _render("machines.yaml.j2", spec),
    }


def _render(template: str, spec: ScaffoldSpec) -> str:
    def machine_ssh(machine: ScaffoldMachine) -> dict[str, Any]:
        return _ssh_override(spec.ssh, machine.ssh) if machine.ssh else {}

    values = {
        "cluster": spec,
        "supported": SUPPORTED,
        "pair": pair,
        "machine_ssh": machine_ssh,
        "machine_taints": _machine_taints,
        "duration": duration_text,
        "max_unavailable": _max_unavailable,
        "windows": _windows,
        "proxy": _proxy,
        "files": _files,
        "volumes": _volumes,
    }
    return _environment().get_template(template).render(values)


def _machine_taints(machine: ScaffoldMachine) -> list[dict[str, str]]:
    return [taint.model_dump() for taint in machine.taints or ()]


def _max_unavailable(wanted: MaxUnavailable) -> int | str:
    return f"{wanted.percent}%" if wanted.percent is not None else wanted.number or 1


def _windows(windows: tuple[Window, ...]) -> list[dict[str, Any]]:
    return [
        {
            "days": window.days,
            "start": window.start,
            "duration": duration_text(window.duration),
            "timeZone": window.zone,
        }
        for window in windows
    ]


def _proxy(proxy: Proxy) -> dict[str, Any]:
    given = {"http": proxy.http, "https": proxy.https, "noProxy": list(proxy.no_proxy)}
    return {name: value for name, value in given.items() if value}


def _files(files: tuple[HostFile, ...]) -> list[dict[str, str]]:
    return [file.model_dump() for file in files]


def _volumes(volumes: tuple[Volume, ...]) -> list[dict[str, Any]]:
    return [
        {
            "name": volume.name,
            "hostPath": volume.host_path,
            "mountPath": volume.mount_path,
            "readOnly": volume.read_only,
            "pathType": volume.path_type,
        }
        for volume in volumes
    ]


@cache
def _environment() -> Environment:
    return Environment(  # noqa: S701 - the templates make YAML, and values go through a YAML writer
        loader=PackageLoader("trailboss.manifests.scaffold"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def pair(key: str, value: Any, spaces: int) -> str:  # noqa: ANN401 - whatever YAML can hold
    """Return `key: value` as YAML lines without a line end, indented by `spaces`."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.width = _WIDEST
    # Some characters beyond ASCII would come back as line ends.
    yaml.allow_unicode = False
    text = StringIO()
    yaml.dump({key: _plain(value)}, text)
    return indent(text.getvalue().rstrip("\n"), " " * spaces)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever YAML can hold
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _ssh_override(shared: SSHAccess, own: SSHAccess) -> dict[str, Any]:
    """Return what a machine has to write down; null takes away what the cluster says."""
    return {
        name: getattr(own, field)
        for field, name in _SSH_FIELDS.items()
        if getattr(own, field) != getattr(shared, field)
    }
