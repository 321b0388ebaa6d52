"""What holds in every cluster whose manifests say nothing else."""

from pathlib import Path

import pytest

from trailboss.manifests import Defaults, cluster_defaults, load_cluster, load_tree
from trailboss.manifests.default_file import VARIABLE, parse_defaults
from trailboss.model.cluster import Cluster
from trailboss.model.errors import BadInput

GOOD = Path(__file__).parent / "good"
ACCEPTED = Path(__file__).parent / "accepted"
PLAIN = f"{(GOOD / 'cluster.yaml').read_text()}---\n{(GOOD / 'cp-1.yaml').read_text()}"
WKSCTL = (ACCEPTED / "wksctl.yaml").read_text()
DEFAULTS = """
ssh: {user: ops, knownHostsFile: /etc/trailboss/known_hosts, bastion: jump@10.0.0.1}
imageRepository: mirror.example.com/k8s
artifacts: {binaries: http://10.0.0.2:8080, images: http://10.0.0.2:8080}
files: [{path: /etc/ca.pem, content: ca}, {path: /etc/motd, content: all}]
proxy: {http: http://10.0.0.3:3128}
kubelet: {extraArguments: {v: "2", max-pods: "50"}, configuration: {failSwapOn: false, cgroupDriver: cgroupfs}}
rollout: {firstAlone: false, maxUnavailable: 2}
"""


def defaults(text: str = DEFAULTS) -> Defaults:
    return parse_defaults("defaults.yaml", text)


def cluster(manifests: str, text: str = DEFAULTS) -> Cluster:
    return load_cluster({"a.yaml": manifests}, defaults=defaults(text))


def spec(**fields: str) -> str:
    more = ", ".join(f"{name}: {value}" for name, value in fields.items())
    return PLAIN.replace("{kubernetesVersion: 1.34.4}", f"{{kubernetesVersion: 1.34.4, {more}}}")


def test_they_hold_where_manifests_say_nothing() -> None:
    found = cluster(PLAIN)
    assert found.kubernetes_version == "1.34.4"
    assert found.artifacts.images == "http://10.0.0.2:8080"
    assert [file.content for file in found.files] == ["ca", "all"]
    assert found.kubeadm.kubelet_extra_args == {"v": "2", "max-pods": "50"}
    access = found.machines[0].ssh
    assert (access.user, access.known_hosts_file) == ("ops", "/etc/trailboss/known_hosts")


def test_manifests_win_field_by_field_even_where_they_say_what_is_usual() -> None:
    found = cluster(
        spec(
            kubelet='{extraArguments: {v: "4"}, configuration: {cgroupDriver: systemd}}',
            rollout="{firstAlone: true}",
            imageRepository="registry.k8s.io",
            files="[{path: /etc/motd, content: own}]",
            ssh="{bastion: null}",
            proxy="{https: http://10.0.0.4:3128}",
        )
    )
    assert found.kubeadm.kubelet_extra_args == {"v": "4", "max-pods": "50"}
    assert found.kubeadm.kubelet_configuration == {"failSwapOn": False, "cgroupDriver": "systemd"}
    assert (found.rollout.first_alone, found.rollout.max_unavailable.number) == (True, 2)
    assert found.image_repository == "registry.k8s.io"
    assert [(file.path, file.content) for file in found.files] == [("/etc/motd", "own"), ("/etc/ca.pem", "ca")]
    assert found.machines[0].ssh.bastion is None
    assert found.proxy
    assert (found.proxy.http, found.proxy.https) == ("http://10.0.0.3:3128", "http://10.0.0.4:3128")


def test_wksctls_manifests_have_them_and_win() -> None:
    plain = load_cluster({"a.yaml": WKSCTL})
    found = load_cluster({"a.yaml": WKSCTL}, defaults=defaults())
    assert found.artifacts.binaries == "http://10.0.0.2:8080"
    assert found.kubeadm.kubelet_configuration == {"failSwapOn": False, "cgroupDriver": "cgroupfs"}
    own = plain.kubeadm.kubelet_extra_args
    assert found.kubeadm.kubelet_extra_args == {"v": "2", "max-pods": "50", **own}
    assert found.kubeadm.api_server_extra_args == plain.kubeadm.api_server_extra_args
    assert [one.ssh.user for one in found.machines] == [one.ssh.user for one in plain.machines]
    assert found.machines[0].ssh.known_hosts_file == "/etc/trailboss/known_hosts"
    assert found.rollout.first_alone is False


def test_without_them_nothing_differs() -> None:
    for manifests in (PLAIN, WKSCTL):
        assert load_cluster({"a.yaml": manifests}, defaults=defaults("# nothing\n")) == load_cluster(
            {"a.yaml": manifests}
        )


def test_places_in_manifests_stay_what_they_are() -> None:
    files = spec(files="[{path: /etc/a, content: a}, {path: /etc/kubernetes/admin.conf, content: a}]")
    (problem,) = load_tree({"a.yaml": files}, defaults()).errors
    assert problem.field == "spec.files[1]"


MISTAKES = """\
kubernetesVersion: 1.34.4
destroy: true
artifacts: {binaries: mirror}
shh: {}
files:
- {path: /etc/motd, contentFrom: motd}
- {path: /var/lib/kubelet/config.yaml, content: a}
kubelet: {configuration: 3}
"""


def test_all_mistakes_are_told_with_their_lines() -> None:
    with pytest.raises(BadInput) as wrong:
        defaults(MISTAKES)
    told = {(problem.line, problem.field) for problem in wrong.value.problems}
    assert told == {
        (1, "kubernetesVersion"),
        (2, "destroy"),
        (3, "artifacts.binaries"),
        (4, "shh"),
        (6, "files[0].contentFrom"),
        (7, "files[1]"),
        (8, "kubelet.configuration"),
    }
    assert {problem.file for problem in wrong.value.problems} == {"defaults.yaml"}


@pytest.mark.parametrize("text", ["- a\n", "apiVersion: v1\nkind: SSHCluster\n", "{}\n---\n{}\n", "a: [\n"])
def test_what_is_no_file_of_defaults_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        defaults(text)


def test_a_file_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cluster_defaults.cache_clear()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none.yaml"))
    with pytest.raises(BadInput, match="cannot be read"):
        cluster_defaults()
    (tmp_path / "none.yaml").write_text("podNetwork: none\n")
    assert cluster_defaults().spec == {"podNetwork": "none"}
    cluster_defaults.cache_clear()
