"""A real SSH server in this process, which runs what it is given with the local bash."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncssh

from trailboss.model.machine import Machine, SSHAccess


class Door(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return username != "root"


async def _run(process: asyncssh.SSHServerProcess[bytes]) -> None:
    local = await asyncio.create_subprocess_shell(
        process.command or "true",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await local.communicate(await process.stdin.read())
    process.stdout.write(output)
    process.stderr.write(errors)
    process.exit(local.returncode or 0)


@asynccontextmanager
async def machine_that_answers(name: str = "cp-1") -> AsyncIterator[Machine]:
    """Yield a machine that is this server, and knows its key."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.create_server(
        Door, "127.0.0.1", 0, server_host_keys=[key], process_factory=_run, encoding=None
    )
    async with server:
        port = server.get_port()
        line = f"[127.0.0.1]:{port} {key.export_public_key().decode().strip()}"
        access = SSHAccess(port=port, known_hosts=(line,))
        yield Machine(name=name, role="control-plane", address="127.0.0.1", kubernetes_version="1.34.4", ssh=access)
