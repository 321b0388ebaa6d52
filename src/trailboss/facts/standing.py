"""What has to be known of a node that others have made, beside the facts of any machine: read once, at adoption."""

import re
import tomllib
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from trailboss.facts.fact import Fact, lines, pairs
from trailboss.facts.kubelet_flags import flags
from trailboss.facts.paths import KUBERNETES_DIR
from trailboss.model.base import Frozen

_MARK = "@@trailboss-standing"
_SECTION = re.compile(rf"^{_MARK} (\S+)\n", re.MULTILINE)
_START = 'set +e; export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin"; exec 2>/dev/null'
_SERVICES = (
    "k3s",
    "k3s-agent",
    "rke2-server",
    "rke2-agent",
    "k0scontroller",
    "k0sworker",
    "snap.microk8s.daemon-kubelite",
)
_POD = "---"

_LIST_SERVICES = f"""for name in {" ".join(_SERVICES)}; do
  systemctl is-active -q "$name" && echo "$name"
done"""
_PACKAGE = """path=/usr/bin/kubelet; [ -e $path ] || exit 0
if command -v dpkg-query >/dev/null; then dpkg-query -S $path | cut -d: -f1; fi
if command -v rpm >/dev/null; then rpm -qf --qf '%{NAME}' $path; fi"""
_HELD = "command -v apt-mark >/dev/null && apt-mark showhold | grep -x kubelet"
_NAMES = (
    f"""openssl x509 -noout -ext subjectAltName -in {KUBERNETES_DIR}/pki/apiserver.crt | tail -n +2 | tr ',' '\\n'"""
)
_STARTING = """for file in $(systemctl show --property DropInPaths --value kubelet); do
  grep -q "^ExecStart=." "$file" && echo "$file"
done"""
_LIST_PODS = f"""for file in {KUBERNETES_DIR}/manifests/*; do
  [ -f "$file" ] && echo "{_POD} # ${{file##*/}}" && cat "$file" && echo
done"""


class Standing(Frozen):
    """A node that others made.

    `static_pods`: the name of each, with the flags of its first container. `services`: of other distributions, that
    run. `package`: what the kubelet in /usr/bin comes from, "" for none; `held`: it is on hold. `certificate_names`: in
    the API server's certificate. `pki`: the folder that /etc/kubernetes/pki is. `drop_ins`: of the kubelet's service,
    those that say how it starts. `cni_bin_dir`, `systemd_cgroup`, `restrict_oom_score_adj`: of containerd as it runs,
    None where that could not be read. `unread`: static pods that are no YAML. `commands`: programs that Trailboss
    calls, and where they are, "" for nowhere.
    """

    static_pods: dict[str, dict[str, str]] = {}
    unread: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    package: str = ""
    held: bool = False
    certificate_names: tuple[str, ...] = ()
    pki: str = ""
    drop_ins: tuple[str, ...] = ()
    cni_bin_dir: str | None = None
    systemd_cgroup: bool | None = None
    restrict_oom_score_adj: bool | None = None
    commands: dict[str, str] = {}


def _names(output: str) -> tuple[str, ...]:
    found = (line.partition(":")[2] for line in lines(output) if line.startswith(("DNS:", "IP Address:")))
    return tuple(name for name in found if name)


_FACTS = (
    Fact("static_pods", _LIST_PODS, str),
    Fact("services", _LIST_SERVICES, lines),
    Fact("package", _PACKAGE, lambda output: (lines(output) or ("",))[0]),
    Fact("held", _HELD, bool),
    Fact("certificate_names", _NAMES, _names),
    Fact("pki", f"readlink -f {KUBERNETES_DIR}/pki", str),
    Fact("drop_ins", _STARTING, lines),
    Fact("containerd", "timeout 10 containerd config dump", str),
    Fact("commands", 'for name in ctr curl openssl; do echo "$name $(command -v $name)"; done', pairs),
)


def script() -> str:
    """Return the bash script that prints what `parse` reads; it changes nothing."""
    parts = [f"printf '\\n{_MARK} {fact.name}\\n'; ( {fact.command}\n) </dev/null" for fact in _FACTS]
    return "\n".join([_START, *parts, "true", ""])


def parse(output: str) -> Standing:
    """Turn the script's output into what it tells; what a host does not have is empty."""
    parts = _SECTION.split(output)
    printed = {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}
    values: dict[str, Any] = {fact.name: fact.parser(printed.get(fact.name, "")) for fact in _FACTS}
    pods, unread = _static_pods(values.pop("static_pods"))
    return Standing.model_validate(
        {**values, **_containerd(values.pop("containerd")), "static_pods": pods, "unread": unread}
    )


def _static_pods(text: str) -> tuple[dict[str, dict[str, str]], tuple[str, ...]]:
    found: dict[str, dict[str, str]] = {}
    unread = []
    for part in re.split(rf"^{_POD} # ", text, flags=re.MULTILINE)[1:]:
        file, _, content = part.partition("\n")
        try:
            name, words = _command(YAML(typ="safe", pure=True).load(StringIO(content)))
        except (YAMLError, LookupError, TypeError, AttributeError):
            unread.append(file)
            continue
        found[name] = flags(words)
    return found, tuple(unread)


def _command(pod: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    first = pod["spec"]["containers"][0]
    words = (*(first.get("command") or ()), *(first.get("args") or ()))
    return str(pod["metadata"]["name"]), tuple(map(str, words))


def _containerd(dump: str) -> dict[str, Any]:
    """Read what counts for hosts that join later; versions 2 and 3 of its configuration call the plugins otherwise."""
    try:
        plugins = tomllib.loads(dump).get("plugins", {})
    except tomllib.TOMLDecodeError:
        return {}
    cri = plugins.get("io.containerd.cri.v1.runtime") or plugins.get("io.containerd.grpc.v1.cri") or {}
    options = cri.get("containerd", {}).get("runtimes", {}).get("runc", {}).get("options", {})
    cni = cri.get("cni", {})
    return {
        "cni_bin_dir": cni.get("bin_dir") or next(iter(cni.get("bin_dirs", [])), None),
        "systemd_cgroup": options.get("SystemdCgroup"),
        "restrict_oom_score_adj": cri.get("restrict_oom_score_adj"),
    }
