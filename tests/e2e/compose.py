"""The service of docker-compose.yml for a story: started as users start it, and what can happen to its containers."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from trailboss.lab.engine.docker import DockerFailed, docker, inspect
from trailboss.lab.hosts import Lab
from trailboss.lab.scene import Origin, manifests
from trailboss.lab.temporal.options import free_port

ROOT = Path(__file__).parents[2]
PROJECT = "trailboss-e2e-compose"
_PORTS = ("TEMPORAL_PORT", "TEMPORAL_UI_PORT", "PROMETHEUS_PORT", "OTLP_PORT", "GRAFANA_PORT")
_SERVICE, _PROJECT = "com.docker.compose.service", "com.docker.compose.project"
_KEY, _KNOWN_HOSTS = "/keys/trailboss/ssh_key", "/keys/trailboss/known_hosts"


@dataclass(frozen=True)
class Options:
    """What a test's command is told of Temporal, as `DevOptions` tells it."""

    address: str


class Compose:
    """One project with ports of its own. `client` is there once it is up; a `Ranch` takes it for its Temporal."""

    client: Client

    def __init__(self, lab: Lab, origin: Origin, home: Path) -> None:
        self.lab, self.origin = lab, origin
        self.ports = {name: free_port() for name in _PORTS}
        self.options = Options(f"127.0.0.1:{self.ports['TEMPORAL_PORT']}")
        self._environment = {
            **os.environ,
            **{name: str(port) for name, port in self.ports.items()},
            "COMPOSE_PROJECT_NAME": PROJECT,
            "TRAILBOSS_COMPOSE_FILES": "tests/e2e/compose-lab.yml",
            "LAB_NAME": lab.name,
            "LAB_NETWORK": lab.network,
            "TRAILBOSS_SECRETS": str(home / "secrets"),
            "TRAILBOSS_SSH_KEY_FILE": str(lab.key_file),
            "TRAILBOSS_SSH_KNOWN_HOSTS_FILE": str(lab.known_hosts_file),
            "TRAILBOSS_REPOSITORIES": str(Path(origin.url).parent),
            "TRAILBOSS_CLUSTER_DEFAULTS": "",
            "TRAILBOSS_POLL_SECONDS": "2",
        }

    async def up(self, *, workers: int = 1) -> None:
        """`make compose-up`; again: changes what differs, such as how many workers there are."""
        self._environment["TRAILBOSS_WORKERS"] = str(workers)
        await asyncio.to_thread(self._script, "up")
        await self.connect()

    def down(self) -> None:
        self._script("down")

    async def connect(self) -> None:
        """Connect anew, until Temporal answers."""
        async with asyncio.timeout(120):
            while True:
                with suppress(RuntimeError):
                    self.client = await Client.connect(
                        self.options.address, data_converter=pydantic_data_converter, lazy=False
                    )
                    return
                await asyncio.sleep(1)

    def containers(self, service: str) -> list[str]:
        """Names of a service's containers, those that do not run included, in their order."""
        labels = [
            word
            for pair in ((_PROJECT, PROJECT), (_SERVICE, service))
            for word in ("--filter", f"label={'='.join(pair)}")
        ]
        return sorted(docker("container", "ls", "--all", "--format", "{{.Names}}", *labels).split())

    def running(self, service: str) -> list[str]:
        """Names of those of a service's containers that run."""
        return sorted(each["Name"].removeprefix("/") for each in self._inspected(service) if each["State"]["Running"])

    def hostnames(self, service: str) -> dict[str, str]:
        """What each container of a service takes for its host's name → the container's name."""
        return {found["Config"]["Hostname"]: found["Name"].removeprefix("/") for found in self._inspected(service)}

    def _inspected(self, service: str) -> list[dict[str, Any]]:
        return inspect("container", self.containers(service))

    def container(self, service: str) -> str:
        """The one container of a service."""
        (only,) = self.containers(service)
        return only

    def kill(self, container: str) -> None:
        """SIGKILL. The engine does not start it again by itself, for it was told to end it."""
        docker("kill", container)

    def start(self, container: str) -> None:
        docker("start", container)

    async def healthy(self, container: str, *, within: float = 180) -> None:
        async with asyncio.timeout(within):
            while (await asyncio.to_thread(self._health, container)) != "healthy":
                await asyncio.sleep(0.5)

    def run(self, container: str, *command: str, stdin: bytes | None = None) -> str:
        """What a command in the container writes."""
        return docker("exec", *(["--interactive"] if stdin is not None else []), container, *command, stdin=stdin)

    def ask(self, port: str, path: str) -> httpx.Response:
        """GET something of the service whose port has that name."""
        return httpx.get(f"http://127.0.0.1:{self.ports[port]}{path}", timeout=10)

    def left(self) -> dict[str, str]:
        """What there still is of the project: kind → ids."""
        every = {"container": ["--all"], "network": [], "volume": []}
        found = {
            kind: docker(kind, "ls", "--quiet", *more, "--filter", f"label={_PROJECT}={PROJECT}")
            for kind, more in every.items()
        }
        return {kind: ids for kind, ids in found.items() if ids}

    @property
    def traces(self) -> Path:
        """The collector's file, which the engine's owner can read."""
        (volume,) = inspect("volume", [f"{PROJECT}_traces"])
        return Path(volume["Mountpoint"], "traces.jsonl")

    def _health(self, container: str) -> str:
        with suppress(DockerFailed):
            return docker("inspect", "--format", "{{.State.Health.Status}}", container)
        return ""

    def _script(self, name: str) -> None:
        subprocess.run([ROOT / "scripts" / "compose" / f"{name}.sh"], check=True, env=self._environment, cwd=ROOT)


def in_containers(lab: Lab, cluster: str, version: str) -> Mapping[str, str]:
    """The manifests of all hosts, with key and host keys where the worker's container has them."""
    files = manifests(lab, cluster=cluster, version=version)
    moved = {str(lab.key_file): _KEY, str(lab.known_hosts_file): _KNOWN_HOSTS}
    for here, there in moved.items():
        files = {path: text.replace(here, there) for path, text in files.items()}
    return files


@asynccontextmanager
async def composed(lab: Lab, origin: Origin, home: Path) -> AsyncIterator[Compose]:
    """A project that is begun from nothing and taken away again. It is not up yet."""
    compose = Compose(lab, origin, home)
    compose.down()
    try:
        yield compose
    finally:
        compose.down()
