"""Serves a FakeApi over TLS on loopback, with a certificate for the name that kubeadm's have."""

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.unit.kube.fake_api import FakeApi


class _Server(ThreadingHTTPServer):
    api: FakeApi


@contextmanager
def serving(folder: Path) -> Iterator[FakeApi]:
    """Serve on a free port while the body runs; `folder` gets the certificate and its key."""
    certificate, key = _certificate()
    (folder / "server.pem").write_bytes(certificate + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    server = _Server(("127.0.0.1", 0), _Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.api = FakeApi(server.server_address[1], kubeconfig(certificate))
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        yield server.api
    finally:
        server.shutdown()
        server.server_close()


def kubeconfig(authority: bytes) -> str:
    """Return an admin.conf as kubeadm writes it, with a token for the client certificate."""
    cluster = {"server": "https://10.87.0.11:6443", "certificate-authority-data": base64.b64encode(authority).decode()}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "kubernetes", "cluster": cluster}],
        "users": [{"name": "kubernetes-admin", "user": {"token": "made-up"}}],
        "contexts": [{"name": "admin", "context": {"cluster": "kubernetes", "user": "kubernetes-admin"}}],
        "current-context": "admin",
    }
    return yaml.safe_dump(document)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _do(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        api = self.server.api
        with api.lock:
            api.asked.append(f"{self.command} {unquote(self.path)}")
            status, answer = api.answer(self.command, self.path, json.loads(sent) if sent else None)
            body = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if isinstance(answer, str) else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_DELETE = _do  # noqa: N815 - http.server's names

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def _certificate() -> tuple[bytes, bytes]:
    """Return a certificate that is its own authority, and its key, as PEM."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kubernetes")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("kubernetes")]), critical=False)
    made = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    signed = made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    return signed, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
