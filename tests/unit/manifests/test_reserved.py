"""What Trailboss writes itself, no manifest may."""

import pytest

from trailboss.facts.paths import BINARIES_DIR, ETCD_DIR, KUBELET_DIR, MANAGED_FILES, STATE
from trailboss.manifests.checks.reserved import whose


@pytest.mark.parametrize("path", [*MANAGED_FILES, f"{STATE}/owner", KUBELET_DIR, ETCD_DIR, f"{BINARIES_DIR}/kubelet"])
def test_it_is_reserved(path: str) -> None:
    assert whose(path)


@pytest.mark.parametrize(
    "path",
    ["/etc/motd", "/etc/kubernetes/audit.yaml", "/etc/containerd/certs.d/docker.io/hosts.toml", "/usr/local/bin/x"],
)
def test_all_else_is_free(path: str) -> None:
    assert whose(path) == ""
