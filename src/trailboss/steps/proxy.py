"""How hosts reach the outside: the environment of containerd, of the kubelet and of what downloads.

kubeadm runs without it: it needs nothing from outside, for images and programs were brought before, and it would write
the variables into the manifests of API server, controller manager and scheduler, where only another change of those
would ever take them out again.

Other nodes are not in NO_PROXY: nothing on a host asks them by itself, and each machine that comes or goes would have
every kubelet restarted. A host asks the cluster's endpoint and, on a control plane, its own API server.
"""

from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from trailboss.facts import MachineFacts
from trailboss.model.addresses import is_ip
from trailboss.model.cluster import Cluster, Proxy
from trailboss.model.machine import Machine
from trailboss.steps.command import Command, quoted
from trailboss.steps.files import wanted

_RELOAD = "systemctl daemon-reload\n"


def environment(cluster: Cluster, machine: Machine) -> dict[str, str]:
    """Return the variables in capitals, none where the cluster has no proxy."""
    proxy = cluster.proxy
    if proxy is None:
        return {}
    values = {"HTTP_PROXY": proxy.http, "HTTPS_PROXY": proxy.https, "NO_PROXY": ",".join(_direct(cluster, machine))}
    return {name: value for name, value in values.items() if value}


def exports(cluster: Cluster, machine: Machine) -> str:
    """Return lines of bash that set the variables for what follows. curl wants them small, others take either."""
    found = environment(cluster, machine)
    both = {**found, **{name.lower(): value for name, value in found.items()}}
    return "".join(f"export {name}={quoted(value)}\n" for name, value in both.items())


def drop_in(cluster: Cluster, machine: Machine, facts: MachineFacts, path: str) -> list[Command]:
    """Return the command that makes a service's drop-in right: written, or taken away where there is no proxy."""
    variables = environment(cluster, machine)
    if variables:
        lines = "".join(f'Environment="{name}={_escaped(value)}"\n' for name, value in variables.items())
        content = f"# Written by Trailboss; changes made by hand are overwritten.\n[Service]\n{lines}"
        return wanted(facts, path, content, then=_RELOAD)
    return [Command(summary=f"remove {path}", script=f"rm -f {quoted(path)}\n{_RELOAD}")] if path in facts.files else []


def _direct(cluster: Cluster, machine: Machine) -> tuple[str, ...]:
    """Return what is reached without the proxy, each once: the cluster's own, then what the manifests say."""
    proxy = cluster.proxy or Proxy()
    own = (
        "localhost",
        "127.0.0.1",
        cluster.pod_cidr,
        cluster.service_cidr,
        ".svc",
        f".{cluster.service_domain}",
        cluster.api_endpoint.host,
        machine.node_address,
    )
    return tuple(dict.fromkeys([*own, *proxy.no_proxy, *_in_ranges(cluster, proxy)]))


def _in_ranges(cluster: Cluster, proxy: Proxy) -> list[str]:
    """Return the artifacts' addresses that lie in a range of `noProxy`: curl before 7.86 knows no ranges."""
    urls = (cluster.artifacts.binaries, cluster.artifacts.images or "")
    hosts = (urlsplit(url).hostname or "" for url in urls)
    ranges = [ip_network(entry) for entry in proxy.no_proxy if "/" in entry]
    return [host for host in hosts if is_ip(host) and any(ip_address(host) in one for one in ranges)]


def _escaped(text: str) -> str:
    """Write a value as systemd reads it within quotes."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
