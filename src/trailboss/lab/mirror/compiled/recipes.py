"""What goes into each image that is built here, and what its container runs."""

from collections.abc import Mapping
from pathlib import Path

from trailboss.lab.mirror.layout import KUBERNETES_IMAGES, Reference
from trailboss.lab.mirror.oci.archive import RunConfig
from trailboss.lab.mirror.oci.tarball import Entry, tree_entries

BIN = "usr/local/bin"
PROXY_PACKAGES = ("iptables", "nftables", "conntrack", "ipset", "kmod")
"""Debian packages that kube-proxy calls programs of."""

_ACCOUNTS = "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n"
_GROUP = "root:x:0:\nnonroot:x:65532:\n"
_RESOLVE = "hosts: files dns\n"  # without it a static program asks DNS before /etc/hosts
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def run_config(reference: Reference) -> RunConfig:
    """Entry points as upstream's images have them."""
    match reference.name:
        case "coredns":
            return RunConfig(entrypoint=("/coredns",))
        case "pause":
            return RunConfig(entrypoint=("/pause",), user="65535:65535")
        case "etcd":
            return RunConfig(entrypoint=())
        case name:
            return RunConfig(entrypoint=(f"/{BIN}/{name}",))


def program_entries(reference: Reference, programs: Mapping[str, Path]) -> list[Entry]:
    """The file system of an image that is static programs only."""
    place = "" if reference.name in {"coredns", "pause"} else f"{BIN}/"
    found = [Entry(f"{place}{name}", source=path) for name, path in programs.items()]
    return found if reference.name == "pause" else [*_base(), *found]


def proxy_entries(kube_proxy: Path, chooser: Path, root: Path) -> list[Entry]:
    """kube-proxy's file system: Debian's packages extracted to `root`, and `chooser` under the names of iptables.

    Both back ends lie beside it; see programs/iptables.
    """
    names = [f"{family}{ending}" for family in ("iptables", "ip6tables") for ending in ("", "-save", "-restore")]
    tools = [Entry(f"usr/sbin/{name}", source=chooser) for name in names]
    ours = [*_base(), *tools, Entry(f"{BIN}/kube-proxy", source=kube_proxy)]
    return [*tree_entries(root, without=frozenset(entry.path for entry in ours)), *ours]


def is_kubernetes(reference: Reference) -> bool:
    return reference.name in KUBERNETES_IMAGES


def _base() -> list[Entry]:
    files = {"etc/passwd": _ACCOUNTS, "etc/group": _GROUP, "etc/nsswitch.conf": _RESOLVE}
    entries = [Entry(path, 0o644, text=text) for path, text in files.items()]
    if _CERTIFICATES.is_file():
        entries.append(Entry("etc/ssl/certs/ca-certificates.crt", 0o644, source=_CERTIFICATES))
    return [*entries, Entry("tmp", 0o1777)]
