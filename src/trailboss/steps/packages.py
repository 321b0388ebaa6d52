"""Programs that Kubernetes needs from the host's own distribution; empty where all of them are there."""

from trailboss.facts import MachineFacts
from trailboss.facts.paths import CNI_BIN_DIRS
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import proxy
from trailboss.steps.command import Command, quoted

_DEBIAN = {"ip": "iproute2", "losetup": "mount"}
_RED_HAT = {"ip": "iproute", "conntrack": "conntrack-tools", "losetup": "util-linux", "mount": "util-linux"}
_OURS = ("curl", "openssl")
"""What our own steps call; of all else, who made the node has seen to it."""
_CNI_PACKAGE = "containernetworking-plugins"
_PLUGINS = ("bridge", "host-local", "loopback", "portmap")
"""What our pod network calls, and what every other one needs of the reference plugins."""


def commands(cluster: Cluster, machine: Machine, facts: MachineFacts) -> list[Command]:
    if facts.is_adopted:
        return _installed(cluster, machine, [tool for tool in facts.missing_tools if tool in _OURS])
    tools = list(facts.missing_tools)
    plugins = _missing_plugins(cluster, facts)
    found_elsewhere = _folder_with(plugins, facts)
    if plugins and not found_elsewhere:
        tools.append(_CNI_PACKAGE)
    install = _installed(cluster, machine, tools)
    return install + ([_link(cluster.containerd.cni_bin_dir, plugins)] if plugins else [])


def _installed(cluster: Cluster, machine: Machine, tools: list[str]) -> list[Command]:
    script = proxy.exports(cluster, machine) + _install(tools)
    return [Command(summary=f"install {', '.join(tools)}", script=script)] if tools else []


def _missing_plugins(cluster: Cluster, facts: MachineFacts) -> list[str]:
    there = facts.cni_plugins.get(cluster.containerd.cni_bin_dir, ())
    unseen = cluster.containerd.cni_bin_dir not in CNI_BIN_DIRS
    return [] if unseen else [plugin for plugin in _PLUGINS if plugin not in there]


def _folder_with(plugins: list[str], facts: MachineFacts) -> str:
    return next((folder for folder, there in facts.cni_plugins.items() if set(plugins) <= set(there)), "")


def _install(tools: list[str]) -> str:
    debian = " ".join(dict.fromkeys(_DEBIAN.get(tool, tool) for tool in tools))
    red_hat = " ".join(dict.fromkeys(_RED_HAT.get(tool, tool) for tool in tools))
    return f"""if command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get -q update </dev/null
  apt-get -q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends {debian} </dev/null
elif command -v dnf >/dev/null; then
  dnf -q -y install {red_hat} </dev/null
else
  echo "no package manager that Trailboss knows; install by hand: {" ".join(tools)}" >&2; exit 1
fi
"""


def _link(folder: str, plugins: list[str]) -> Command:
    script = f"""mkdir -p {quoted(folder)}
for plugin in {" ".join(plugins)}; do
  for from in {" ".join(CNI_BIN_DIRS)}; do
    if [ ! -e {quoted(folder)}/"$plugin" ] && [ -x "$from/$plugin" ]; then
      ln -sfn "$from/$plugin" {quoted(folder)}/"$plugin"
    fi
  done
  [ -x {quoted(folder)}/"$plugin" ] || {{ echo "CNI plugin $plugin is nowhere on this host" >&2; exit 1; }}
done
"""
    return Command(summary=f"make CNI plugins {', '.join(plugins)} available in {folder}", script=script)
