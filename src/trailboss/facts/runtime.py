"""The container runtime, and the tools Kubernetes calls."""

import re

from trailboss.facts.fact import Fact, lines, pairs, yes
from trailboss.facts.paths import CNI_BIN_DIRS, IMAGE_LISTS

TOOLS = ("conntrack", "containerd", "curl", "ip", "iptables", "losetup", "mount", "openssl")
"""Programs without which kubeadm's preflight fails, or which our own steps call on the host."""

_RELEASE = re.compile(r"\bv?(\d+\.\d+\.\d+)")
_FIND_TOOLS = f'for tool in {" ".join(TOOLS)}; do command -v "$tool" >/dev/null || echo "$tool"; done'
_LIST_PLUGINS = f'for dir in {" ".join(CNI_BIN_DIRS)}; do [ -d "$dir" ] && echo "$dir" $(ls "$dir"); done'
_LIST_LISTS = f'for list in {IMAGE_LISTS}/*; do [ -f "$list" ] && echo "${{list##*/}}" $(cat "$list"); done'


# ctr waits ten seconds for a daemon that is not there.
_LIST_IMAGES = "systemctl is-active -q containerd && timeout 10 ctr -n k8s.io images ls -q"


def release(output: str) -> str:
    """Parse `containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1` and its upstream form."""
    found = _RELEASE.search(output)
    return found[1] if found else ""


def named_lists(output: str) -> dict[str, tuple[str, ...]]:
    """Parse lines of `name item item …`."""
    return {name: tuple(items.split()) for name, items in pairs(output).items()}


def versioned_lists(output: str) -> dict[str, tuple[str, ...]]:
    """As `named_lists`; the names are file names such as v1.34.4."""
    return {name.removeprefix("v"): items for name, items in named_lists(output).items()}


def references(output: str) -> frozenset[str]:
    """Return image references by name; those by digest (sha256:…, name@sha256:…) tell nothing new."""
    return frozenset(line for line in lines(output) if "sha256:" not in line)


FACTS = (
    Fact("missing_tools", _FIND_TOOLS, lines),
    Fact("cni_plugins", _LIST_PLUGINS, named_lists),
    Fact("containerd_version", "containerd --version", release, slow=True),
    Fact("containerd_active", "systemctl is-active containerd", yes),
    Fact("containerd_enabled", "systemctl is-enabled containerd", yes),
    Fact("images", _LIST_IMAGES, references, slow=True),
    Fact("image_lists", _LIST_LISTS, versioned_lists),
)
