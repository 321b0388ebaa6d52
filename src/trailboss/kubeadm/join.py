"""The configuration of `kubeadm join`."""

from pydantic import SecretStr

from trailboss.kubeadm.documents import API_VERSION, Document, dump
from trailboss.kubeadm.node import local_endpoint, node_registration, timeouts
from trailboss.model.base import Frozen
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine


class JoinCredentials(Frozen):
    """What a machine needs to trust a cluster and to be trusted by it.

    `ca_cert_hash`: "sha256:…" of the cluster CA's public key. `api_endpoint`: host:port of an API server that answers
    now; None: the cluster's endpoint.
    """

    token: SecretStr
    ca_cert_hash: str
    api_endpoint: str | None = None


def join_configuration(cluster: Cluster, machine: Machine, credentials: JoinCredentials) -> str:
    """Return what `kubeadm join --config` reads on `machine`. It holds the token: never log it or keep it."""
    document: Document = {
        "apiVersion": API_VERSION,
        "kind": "JoinConfiguration",
        "discovery": {"bootstrapToken": _bootstrap_token(cluster, credentials)},
        "nodeRegistration": node_registration(cluster, machine),
        "timeouts": timeouts(),
    }
    if machine.role == "control-plane":
        # The shared certificates are on the machine already, so there is no certificateKey.
        document["controlPlane"] = {"localAPIEndpoint": local_endpoint(machine)}
    return dump(document)


def _bootstrap_token(cluster: Cluster, credentials: JoinCredentials) -> Document:
    return {
        "apiServerEndpoint": credentials.api_endpoint or str(cluster.api_endpoint),
        "token": credentials.token.get_secret_value(),
        "caCertHashes": [credentials.ca_cert_hash],
    }
