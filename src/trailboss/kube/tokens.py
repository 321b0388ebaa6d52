"""Bootstrap tokens, as `kubeadm token create` makes them, without a kubeadm command on any host."""

import base64
import hashlib
import secrets
import string
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr

from trailboss.kube.api import ClusterApi

_ALPHABET = string.ascii_lowercase + string.digits
_GROUP = "system:bootstrappers:kubeadm:default-node-token"


def create(api: ClusterApi, *, description: str, lifetime: timedelta) -> SecretStr:
    """Make a token that joins nodes for `lifetime`; the cluster removes it afterwards by itself."""
    token_id, token_secret = _letters(6), _letters(16)
    expiration = datetime.now(UTC) + lifetime
    api.run(
        api.core.create_namespaced_secret,
        "kube-system",
        {
            "metadata": {"name": f"bootstrap-token-{token_id}"},
            "type": "bootstrap.kubernetes.io/token",
            "stringData": {
                "token-id": token_id,
                "token-secret": token_secret,
                "description": description,
                "expiration": expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "usage-bootstrap-authentication": "true",
                "usage-bootstrap-signing": "true",
                "auth-extra-groups": _GROUP,
            },
        },
    )
    return SecretStr(f"{token_id}.{token_secret}")


def ca_cert_hash(api: ClusterApi) -> str:
    """Return the hash of the cluster's CA key in kubeadm's form, "sha256:…"."""
    certificate = x509.load_pem_x509_certificate(base64.b64decode(api.certificate_authority))
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return "sha256:" + hashlib.sha256(key).hexdigest()


def _letters(count: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(count))
