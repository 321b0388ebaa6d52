"""What of Kubernetes is on the machine."""

import re
from itertools import starmap

from trailboss.facts.fact import Fact, lines, yes
from trailboss.facts.machine_facts import Binary
from trailboss.facts.paths import ARTIFACTS, BINARIES_DIR, ETCD_DATA, KUBEADM_FLAGS, KUBERNETES_DIR, MANAGED_FILES

_VERSION_COMMANDS = {"kubeadm": "version -o short", "kubelet": "--version", "kubectl": "version --client"}
_TELLING = (
    "admin.conf",
    "kubelet.conf",
    "bootstrap-kubelet.conf",
    "controller-manager.conf",
    "scheduler.conf",
    "pki/ca.crt",
)
_RELEASE = re.compile(r"\bv(\d+\.\d+\.\d+\S*)")
# The program of a process can be run even after its file was replaced.
_ASK_RUNNING = """pid=$(systemctl show --property MainPID --value kubelet)
[ "${pid:-0}" != 0 ] && "/proc/$pid/exe" --version"""
_ASK_COMMAND = """pid=$(systemctl show --property MainPID --value kubelet)
[ "${pid:-0}" != 0 ] && tr '\\0' '\\n' < /proc/$pid/cmdline"""
_LIST_STAGED = f"""for mark in {ARTIFACTS}/v*/complete; do
  [ -s "$mark" ] || continue
  folder=${{mark%/complete}}; echo "${{folder##*/v}}"
done"""
_LIST = f"ls -d {' '.join(f'{KUBERNETES_DIR}/{name}' for name in _TELLING)} {KUBERNETES_DIR}/manifests/*.yaml"


def _version_command(name: str, arguments: str) -> str:
    find = f"for path in {BINARIES_DIR}/{name} /usr/bin/{name}; do [ -x $path ] && break; done"
    return f"({find}; [ -x $path ] && echo {name} $path $($path {arguments})) &"


def binaries(output: str) -> dict[str, Binary]:
    """Parse lines of name, path and what the program says: v1.34.4, Kubernetes v1.34.4, Client Version: v1.34.4."""
    found = (line.split(maxsplit=2) for line in lines(output))
    return {words[0]: Binary(path=words[1], version=_version(words[2:])) for words in found}


def _version(said: list[str]) -> str:
    found = _RELEASE.search(" ".join(said))
    return found[1] if found else ""


def running(output: str) -> str:
    """Parse `Kubernetes v1.34.4`; return the version without the leading v."""
    return _version(output.split())


def words_in_quotes(output: str) -> tuple[str, ...]:
    """Parse kubeadm's `KUBELET_KUBEADM_ARGS="--a=1 --b=2"`."""
    return tuple(output.partition("=")[2].strip().strip('"').split())


def digests(output: str) -> dict[str, str]:
    """Parse sha256sum's lines; return path to digest."""
    split = (line.split(maxsplit=1) for line in lines(output))
    return {path: digest for digest, path in split}


def paths(output: str) -> frozenset[str]:
    return frozenset(lines(output))


FACTS = (
    Fact("binaries", "\n".join([*starmap(_version_command, _VERSION_COMMANDS.items()), "wait"]), binaries, slow=True),
    Fact("kubelet_active", "systemctl is-active kubelet", yes),
    Fact("kubelet_enabled", "systemctl is-enabled kubelet", yes),
    Fact("kubelet_running", _ASK_RUNNING, running, slow=True),
    Fact("kubelet_command", _ASK_COMMAND, lines),
    Fact("kubeadm_flags", f"cat {KUBEADM_FLAGS}", words_in_quotes),
    Fact("staged", _LIST_STAGED, lines),
    Fact("files", f"sha256sum {' '.join(MANAGED_FILES)}", digests),
    Fact("present", _LIST, paths),
    Fact("etcd_data", f"[ -d {ETCD_DATA} ] && echo yes", yes),
)
