"""The scripts that change settings of a cluster that runs, by a real bash with faked programs."""

from pathlib import Path

import pytest
from tests.unit.steps import control_plane
from tests.unit.steps.control_plane import CONTAINERS, CP, PKI
from tests.unit.steps.sandbox import Sandbox

from trailboss.kubeadm.settings import kubelet_digest, settings_digest
from trailboss.model.cluster import Cluster, Kubeadm
from trailboss.steps import Command
from trailboss.steps.reconfigure import REFUSED, control_plane_script, kubelet_script, record_script

pytestmark = pytest.mark.slow

CLUSTER = Cluster(
    name="demo",
    kubernetes_version="1.34.4",
    machines=(CP,),
    kubeadm=Kubeadm(api_server_extra_args={"v": "4"}, api_server_cert_sans=("api.example.com", "10.0.0.99")),
)
MARK, COPIES = "/var/lib/trailboss/settings", "/var/lib/trailboss/settings-copies"
CONFIG = "/var/lib/trailboss/inputs/kubeadm.yaml"
MANIFESTS = "/etc/kubernetes/manifests"
STATIC = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
NAMES = "DNS:cp-1, DNS:old.example.com, IP Address:10.0.0.1"
# kubeadm as far as it matters here: a certificate, and manifests of which that of the API server has changed. The
# kubelet starts the pod anew whose manifest has changed.
KUBEADM = f"""[ -s "${{!#}}" ] || exit 9
case "$*" in
  *"certs apiserver"*)
    [ ! -e {PKI}/apiserver.crt ] || exit 8
    echo "new ends 9999999999" > {PKI}/apiserver.crt; echo "new key" > {PKI}/apiserver.key
    echo "DNS:cp-1, DNS:api.example.com, IP Address:10.0.0.1, IP Address:10.0.0.99" > {PKI}/names ;;
  *"control-plane all"*)
    for each in {" ".join(STATIC)}; do
      [ $each != kube-apiserver ] || echo "v=4" > {MANIFESTS}/$each.yaml
    done
    ctr -n k8s.io manifest kube-apiserver ;;
esac
"""


@pytest.fixture
def host(tmp_path: Path) -> Sandbox:
    sandbox = control_plane.build(tmp_path)
    for component in STATIC:
        sandbox.write(f"{MANIFESTS}/{component}.yaml", "v=2\n")
    sandbox.write(f"{PKI}/names", NAMES)
    sandbox.program("kubeadm", KUBEADM, at="/usr/local/bin/kubeadm")
    return sandbox


def run(host: Sandbox, *, config: str = "new", gone: tuple[str, ...] = ("old.example.com",)) -> tuple[int, str]:
    """Return the exit status, and the last words."""
    if config:
        host.write(CONFIG, config)
    done = host.run(f"patience=2\n{control_plane_script(CLUSTER, CP, CONFIG, gone)}")
    host.path(CONFIG).unlink(missing_ok=True)
    return done.returncode, (done.stderr if done.returncode else done.stdout).strip().rpartition("\n")[2]


def manifest(host: Sandbox) -> str:
    return host.path(f"{MANIFESTS}/kube-apiserver.yaml").read_text()


def mark(host: Sandbox) -> str:
    path = host.path(MARK)
    return path.read_text().strip() if path.exists() else ""


def phases(host: Sandbox) -> list[str]:
    return [call.partition(" --config")[0].removeprefix("init phase ") for call in host.calls("kubeadm")]


def test_certificate_and_static_pods_are_made_anew(host: Sandbox) -> None:
    assert run(host) == (0, "changed: kube-apiserver certificate")
    assert phases(host) == ["certs apiserver", "control-plane all"]
    assert (manifest(host), mark(host)) == ("v=4\n", settings_digest(CLUSTER))
    assert not host.path(COPIES).exists()


def test_a_certificate_that_has_the_names_stays(host: Sandbox) -> None:
    host.write(f"{PKI}/names", "DNS:api.example.com, IP Address:10.0.0.99")
    before = host.path(f"{PKI}/apiserver.crt").read_text()
    assert run(host) == (0, "changed: kube-apiserver")
    assert phases(host) == ["control-plane all"]
    assert host.path(f"{PKI}/apiserver.crt").read_text() == before


def test_what_does_not_come_up_gets_its_old_settings_again(host: Sandbox) -> None:
    before = host.path(f"{PKI}/apiserver.key").read_text()
    host.program("kubectl", f"grep -q v=2 {MANIFESTS}/kube-apiserver.yaml", at="/usr/local/bin/kubectl")
    code, words = run(host)
    assert code == REFUSED
    assert words == "kube-apiserver did not come up with the new settings; it has its old ones again"
    assert (manifest(host), mark(host)) == ("v=2\n", "")
    assert host.path(f"{PKI}/apiserver.key").read_text() == before
    assert not host.path(COPIES).exists()


def test_so_does_a_host_whose_kubeadm_fails(host: Sandbox) -> None:
    host.program("kubeadm", f"echo broken > {MANIFESTS}/kube-apiserver.yaml; exit 1", at="/usr/local/bin/kubeadm")
    assert run(host, gone=())[0] == REFUSED
    assert manifest(host) == "v=2\n"


def test_one_that_was_cut_off_goes_on_and_knows_what_served_last(host: Sandbox) -> None:
    cut_off = f"echo half > {PKI}/apiserver.key; echo v= > {MANIFESTS}/kube-apiserver.yaml; kill -9 $PPID"
    host.program("kubeadm", cut_off, at="/usr/local/bin/kubeadm")
    assert run(host)[0] != 0
    host.program("kubeadm", KUBEADM, at="/usr/local/bin/kubeadm")
    assert run(host) == (0, "changed: kube-apiserver certificate, after an earlier change was cut off")
    assert host.path(f"{PKI}/apiserver.key").read_text() == "new key\n"


def test_without_an_api_server_what_was_begun_is_finished(host: Sandbox) -> None:
    host.program("kubeadm", "kill -9 $PPID", at="/usr/local/bin/kubeadm")
    run(host)
    host.program("kubeadm", KUBEADM, at="/usr/local/bin/kubeadm")
    assert run(host, config="")[0] == 0
    assert (manifest(host), mark(host)) == ("v=4\n", settings_digest(CLUSTER))


def test_without_an_api_server_nothing_is_begun(host: Sandbox) -> None:
    code, words = run(host, config="")
    assert (code, phases(host)) == (1, [])
    assert words == "no API server answers, and no change of settings was begun here"


def test_a_pod_that_runs_with_the_old_manifest_does_not_count(host: Sandbox) -> None:
    """Else the old API server would be taken for the new one, before the kubelet has looked."""
    host.program("kubeadm", KUBEADM.replace("ctr -n k8s.io manifest kube-apiserver", ":"), at="/usr/local/bin/kubeadm")
    assert run(host)[0] == REFUSED


def test_a_controller_manager_that_goes_at_once_is_noticed(host: Sandbox) -> None:
    changing = KUBEADM.replace("kube-apiserver ]", "kube-scheduler ]").replace(
        "manifest kube-apiserver", "manifest kube-scheduler"
    )
    changing = changing.replace(f"> {MANIFESTS}/$each.yaml", f"> {MANIFESTS}/$each.yaml").replace(
        "!= kube-apiserver", "!= kube-scheduler"
    )
    host.program("kubeadm", changing, at="/usr/local/bin/kubeadm")
    host.program("sleep", f"rm -f {CONTAINERS}/kube-scheduler")
    assert run(host, gone=())[0] == REFUSED
    assert host.path(f"{MANIFESTS}/kube-scheduler.yaml").read_text() == "v=2\n"


@pytest.mark.parametrize(("kube_proxy", "restarts"), [(False, 0), (True, 1)])
def test_the_record_is_kubeadms_and_kube_proxy_restarts_only_if_it_has_to(
    host: Sandbox, kube_proxy: bool, restarts: int
) -> None:
    host.write(CONFIG, "new")
    assert host.run(record_script(CONFIG, kube_proxy=kube_proxy)).returncode == 0
    assert phases(host)[:2] == ["upload-config kubeadm", "upload-config kubelet"]
    assert sum("rollout restart" in call for call in host.calls("kubectl")) == restarts
    assert not host.path(CONFIG).exists()


KUBELET = "/var/lib/kubelet/config.yaml"
DEFAULTS = "/etc/default/kubelet"
WRITES = [Command(summary="write it", script=f"echo new > {DEFAULTS}")]


@pytest.fixture
def node(host: Sandbox) -> Sandbox:
    host.write(KUBELET, "old")
    host.write(DEFAULTS, "old")
    host.program("kubeadm", f"echo new > {KUBELET}", at="/usr/local/bin/kubeadm")
    host.program("systemctl", "[ $1 != show ] || echo 1")
    host.program("journalctl", "echo 'unknown flag: --nonsense'")
    return host


def test_a_kubelet_reads_what_the_cluster_has_recorded(node: Sandbox) -> None:
    assert node.run(kubelet_script(CLUSTER, WRITES)).returncode == 0
    assert node.calls("kubeadm") == ["upgrade node phase kubelet-config"]
    assert (node.path(KUBELET).read_text(), node.path(DEFAULTS).read_text()) == ("new\n", "new\n")
    assert node.path("/var/lib/trailboss/kubelet-settings").read_text().strip() == kubelet_digest(CLUSTER)
    assert "restart kubelet" in node.calls("systemctl")


def test_one_that_has_it_restarts_for_its_arguments_alone(node: Sandbox) -> None:
    node.write("/var/lib/trailboss/kubelet-settings", kubelet_digest(CLUSTER))
    assert node.run(kubelet_script(CLUSTER, WRITES)).returncode == 0
    assert node.calls("kubeadm") == []


def test_a_kubelet_that_does_not_stay_up_gets_its_old_configuration_again(node: Sandbox) -> None:
    node.program("systemctl", f"case $1 in show) echo 1 ;; is-active) grep -q old {KUBELET} ;; esac")
    done = node.run(kubelet_script(CLUSTER, WRITES))
    assert done.returncode == REFUSED
    assert "unknown flag: --nonsense" in done.stderr
    assert (node.path(KUBELET).read_text(), node.path(DEFAULTS).read_text()) == ("old", "old")
    assert not node.path("/var/lib/trailboss/kubelet-settings").exists()
    assert not node.path("/var/lib/trailboss/kubelet-settings-copies").exists()


def test_a_kubelet_that_was_cut_off_remembers_what_it_had(node: Sandbox) -> None:
    node.program("kubeadm", f"echo half > {KUBELET}; kill -9 $PPID", at="/usr/local/bin/kubeadm")
    node.run(kubelet_script(CLUSTER, WRITES))
    node.program("kubeadm", f"echo new > {KUBELET}", at="/usr/local/bin/kubeadm")
    node.program("systemctl", f"case $1 in show) echo 1 ;; is-active) grep -q old {KUBELET} ;; esac")
    assert node.run(kubelet_script(CLUSTER, WRITES)).returncode == REFUSED
    assert node.path(KUBELET).read_text() == "old"
