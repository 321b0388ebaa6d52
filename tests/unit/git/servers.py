"""Real servers for real remotes: git over SSH and over HTTPS, in this process, on loopback."""

import asyncio
import base64
import datetime as dt
import http.server
import ipaddress
import os
import shlex
import ssl
import subprocess
import threading
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_BACKEND = "/usr/lib/git-core/git-http-backend"


@dataclass
class SSHServer:
    port: int
    host_key: str
    key_file: Path
    commands: list[str]

    def known_hosts(self, path: Path, key: str | None = None) -> str:
        path.write_text(f"[127.0.0.1]:{self.port} {key or self.host_key}\n")
        return str(path)


@asynccontextmanager
async def ssh_server(folder: Path) -> AsyncIterator[SSHServer]:
    """Serve any repository of this machine to whoever has the key in `key_file`."""
    host_key, client_key = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    key_file = folder / "key"
    client_key.write_private_key(str(key_file))
    client_key.write_public_key(f"{key_file}.pub")
    commands: list[str] = []

    async def serve(process: asyncssh.SSHServerProcess[bytes]) -> None:
        commands.append(process.command or "")
        pipe = asyncio.subprocess.PIPE
        git = await asyncio.create_subprocess_exec(*shlex.split(commands[-1]), stdin=pipe, stdout=pipe)
        await process.redirect(stdin=git.stdin, stdout=git.stdout)
        process.exit(await git.wait())

    listener = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[host_key],
        authorized_client_keys=f"{key_file}.pub",
        process_factory=serve,
        encoding=None,
    )
    async with listener:
        public = host_key.export_public_key().decode().strip()
        yield SSHServer(listener.get_port(), public, key_file, commands)


@contextmanager
def https_server(folder: Path, root: Path, login: str) -> Iterator[tuple[int, Path]]:
    """Serve the repositories under `root` to `login` (user:password); yields the port and the certificate's file."""
    certificate = folder / "certificate.pem"
    _write_certificate(certificate)
    wanted = f"Basic {base64.b64encode(login.encode()).decode()}"

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers.get("Authorization") != wanted:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="git"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self._serve()

        do_POST = do_GET  # noqa: N815 - the base class's name

        def _serve(self) -> None:
            path, _, query = self.path.partition("?")
            chunked = self.headers.get("Transfer-Encoding") == "chunked"
            body = self._chunks() if chunked else self.rfile.read(int(self.headers.get("Content-Length", 0)))
            environment = {
                **os.environ,
                "GIT_PROJECT_ROOT": str(root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
            }
            answer = subprocess.run([_BACKEND], env=environment, input=body, capture_output=True, check=True).stdout
            head, _, content = answer.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
            self.send_response(int(headers.pop("Status", "200 OK").split()[0]))
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def _chunks(self) -> bytes:
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port, certificate
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _write_certificate(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"test {uuid.uuid4()}")])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, pkcs8, bare = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(key.private_bytes(pem, pkcs8, bare) + certificate.public_bytes(pem))
