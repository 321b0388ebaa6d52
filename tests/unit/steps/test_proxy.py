"""Where the proxy goes on a host, and where it does not."""

import pytest

from trailboss.facts import MachineFacts
from trailboss.model.cluster import Cluster, Endpoint, Proxy
from trailboss.model.machine import Machine
from trailboss.steps import PREPARE, UPGRADE, combine, kubeadm_upgrade
from trailboss.steps.kubeadm_run import init_script, join_script
from trailboss.steps.proxy import environment, exports
from trailboss.steps.reconfigure import control_plane_script, record_script

CP, WORKER = (
    Machine(name=name, role=role, address=address, kubernetes_version="1.34.4")
    for name, role, address in (("cp-1", "control-plane", "10.0.0.1"), ("w-1", "worker", "10.0.0.9"))
)
CLUSTER = Cluster(
    name="demo",
    kubernetes_version="1.34.4",
    endpoint=Endpoint(host="api.example.com"),
    proxy=Proxy(http="http://10.0.0.3:3128", https="http://10.0.0.3:3128", no_proxy=(".example.com",)),
    machines=(CP, WORKER),
)


def test_the_clusters_own_is_reached_without_it_and_no_other_machine_is_named() -> None:
    direct = environment(CLUSTER, WORKER)["NO_PROXY"].split(",")
    own = ["localhost", "127.0.0.1", "10.244.0.0/16", "10.96.0.0/12", ".svc", ".cluster.local", "api.example.com"]
    assert direct == [*own, "10.0.0.9", ".example.com"]
    assert exports(CLUSTER.model_copy(update={"proxy": None}), WORKER) == ""


@pytest.mark.parametrize("name", ["packages", "binaries", "images", "staged-binaries"])
def test_what_downloads_goes_through_it(name: str) -> None:
    facts = MachineFacts(missing_tools=("curl",), architecture="amd64")
    script = combine({**PREPARE, **UPGRADE}[name].commands(CLUSTER, WORKER, facts))
    assert "export https_proxy='http://10.0.0.3:3128'" in script


def test_kubeadm_does_not_for_it_would_write_it_into_static_pods() -> None:
    scripts = [
        init_script(CLUSTER, CP, "config"),
        join_script(CLUSTER, CP, "config"),
        control_plane_script(CLUSTER, CP, "config", ()),
        record_script("config", kube_proxy=True),
        kubeadm_upgrade.script(CLUSTER, CP, "apply", "config"),
    ]
    assert not [script for script in scripts if "10.0.0.3" in script or "https_proxy" in script.lower()]
