"""The first manifest of a cluster whose machines are imported before anything else is described."""

from typing import Any

from trailboss.imports.wanted import SSH_FIELDS, WantedMachine
from trailboss.manifests.scaffold import ScaffoldSpec, scaffold_cluster
from trailboss.model.cluster import Endpoint
from trailboss.model.errors import BadInput
from trailboss.model.machine import SSHAccess
from trailboss.model.problem import Problem

_FIELDS = {"user": "user", "port": "port", "keyFile": "key_file", "bastion": "bastion"}
_HIGHEST_PORT = 65535


def cluster_text(name: str, machines: list[WantedMachine], version: str, endpoint: str | None) -> str:
    """Return a cluster.yaml; how to log in is written there, as far as it is the same for all machines.

    Raises:
        BadInput: the endpoint is no HOST or HOST:PORT.
    """
    spec = ScaffoldSpec(
        name=name,
        kubernetes_version=version.removeprefix("v"),
        endpoint=_endpoint(endpoint) if endpoint else None,
        ssh=SSHAccess(**{_FIELDS[field]: value for field, value in _shared(machines).items()}),
        machines=(),
    )
    return next(text for file, text in scaffold_cluster(spec).items() if file.endswith("/cluster.yaml"))


def _shared(machines: list[WantedMachine]) -> dict[str, Any]:
    logins = [machine.spec.get("ssh", {}) for machine in machines]
    first = logins[0] if logins else {}
    return {
        field: first[field]
        for field in SSH_FIELDS
        if field in first and all(login.get(field) == first[field] for login in logins)
    }


def _endpoint(text: str) -> Endpoint:
    host, colon, port = text.partition(":")
    if colon and (not port.isdecimal() or int(port) not in range(1, _HIGHEST_PORT + 1)):
        allowed = "HOST or HOST:PORT, with a port from 1 to 65535"
        message = "cannot be understood"
        raise BadInput((Problem(file="--endpoint", document=0, message=message, found=text, allowed=allowed),))
    return Endpoint(host=host, port=int(port)) if port else Endpoint(host=host)
