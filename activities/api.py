"""Sessions with clusters' API servers: an SSH tunnel to a control plane and the client that uses it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from trailboss.kube import ClusterApi
from trailboss.model.cluster import Cluster
from trailboss.model.errors import ApiUnavailable, CommandFailed, HostRefused, TemporaryError
from trailboss.model.machine import Machine
from trailboss.ssh import Host, SSHPool

_READ_KUBECONFIG = "cat /etc/kubernetes/admin.conf"
API_PORT = 6443  # every API server listens there; the endpoint in front of them may use another port
Result = TypeVar("Result")


async def read_kubeconfig(pool: SSHPool, machine: Machine) -> str:
    """Return the admin kubeconfig of a control plane; it is a secret and never leaves the worker's memory.

    Raises:
        ApiUnavailable: this machine has none (yet).
    """
    try:
        return await Host(pool, machine).read(_READ_KUBECONFIG, summary="read the admin kubeconfig")
    except CommandFailed as error:
        raise ApiUnavailable(f"{machine.name} is no control plane yet: {error.output.strip()}") from error


@asynccontextmanager
async def connected(pool: SSHPool, cluster: Cluster, *, at: Machine | None = None) -> AsyncIterator[ClusterApi]:
    """Yield a client of the first control plane whose API server is ready, or of `at` alone.

    Raises:
        ApiUnavailable: none is; the message tells what each of them said.
    """
    reasons = []
    for machine in (at,) if at else cluster.control_planes:
        try:
            kubeconfig = await read_kubeconfig(pool, machine)
        except (TemporaryError, HostRefused) as error:
            reasons.append(str(error))
            continue
        async with pool.forwarded_port(machine, machine.node_address, API_PORT) as port:
            api = ClusterApi(kubeconfig, port)
            try:
                if await asyncio.to_thread(api.ready):
                    yield api
                    return
                reasons.append(f"{machine.name}: /readyz is not ok")
            finally:
                api.close()
    raise ApiUnavailable(f"no API server of {cluster.name} is ready: " + "; ".join(reasons))


async def not_ready(pool: SSHPool, cluster: Cluster, machine: Machine) -> str:
    """Return "" once that control plane's API server is ready; until then, as `connected`, it raises why it is not."""
    async with connected(pool, cluster, at=machine):
        return ""


async def ask(pool: SSHPool, cluster: Cluster, question: Callable[[ClusterApi], Result]) -> Result:
    """Put one blocking question to the cluster's API in a thread."""
    async with connected(pool, cluster) as api:
        return await asyncio.to_thread(question, api)
