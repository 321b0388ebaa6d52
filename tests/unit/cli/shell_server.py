"""A machine to log in to as root: a real SSH server in this process, whose shell is what a test makes of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncssh


class _Everybody(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return username != "root"


@asynccontextmanager
async def shell_server(shell: Callable[[str], str]) -> AsyncIterator[str]:
    """Serve `shell`, which turns a script into what it prints; yields spec.ssh that leads there, in a line of YAML."""

    async def answer(process: asyncssh.SSHServerProcess[str]) -> None:
        process.stdout.write(await asyncio.to_thread(shell, await process.stdin.read()))
        process.exit(0)

    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.create_server(_Everybody, "127.0.0.1", 0, server_host_keys=[key], process_factory=answer)
    async with server:
        port = server.get_port()
        known = f"[127.0.0.1]:{port} {key.export_public_key().decode().strip()}"
        yield json.dumps({"port": port, "knownHosts": [known]})
