import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from trailboss.cli.kubeconfig_merge import merge, target
from trailboss.model.errors import BadInput


def admin(server: str = "https://10.0.0.10:6443", authority: str = "QUFB", key: str = "S0VZ") -> str:
    """Return what kubeadm writes as admin.conf."""
    cluster = {"server": server, "certificate-authority-data": authority}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "kubernetes", "cluster": cluster}],
        "users": [{"name": "kubernetes-admin", "user": {"client-key-data": key}}],
        "contexts": [{"name": "a@k", "context": {"cluster": "kubernetes", "user": "kubernetes-admin"}}],
        "current-context": "a@k",
        "preferences": {},
    }
    return yaml.safe_dump(config)


OTHERS = """\
# mine
apiVersion: v1
kind: Config
clusters:
- name: home
  cluster: {server: "https://home:6443"} # the one at home
users:
- name: me
  user: {token: t}
contexts:
- name: home
  context: {cluster: home, user: me}
current-context: home
"""


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


def named(config: dict[str, Any], section: str) -> dict[str, Any]:
    return {entry["name"]: entry[section.removesuffix("s")] for entry in config[section]}


def test_a_file_that_was_not_there_is_made_for_its_owner_alone_and_used(tmp_path: Path) -> None:
    path = tmp_path / ".kube/config"
    assert merge(admin(), "prod", path) is None
    config = read(path)
    assert config["current-context"] == "prod"
    assert named(config, "contexts") == {"prod": {"cluster": "prod", "user": "prod"}}
    assert named(config, "users") == {"prod": {"client-key-data": "S0VZ"}}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["config"]


def test_others_their_comments_and_the_current_context_stay_and_a_copy_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(OTHERS)
    backup = merge(admin(), "prod", path)
    assert backup
    assert backup.read_text() == OTHERS
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    config = read(path)
    assert config["current-context"] == "home"
    assert set(named(config, "contexts")) == {"home", "prod"}
    assert "# the one at home" in path.read_text()


def test_the_same_cluster_is_renewed_and_a_chosen_namespace_stays(tmp_path: Path) -> None:
    path = tmp_path / "config"
    merge(admin(), "prod", path)
    path.write_text(path.read_text().replace("user: prod\n", "user: prod\n    namespace: shop\n", 1))
    merge(admin(server="https://10.0.0.99:6443", key="TkVX"), "prod", path)
    config = read(path)
    assert named(config, "contexts")["prod"] == {"cluster": "prod", "user": "prod", "namespace": "shop"}
    assert named(config, "clusters")["prod"]["server"] == "https://10.0.0.99:6443"
    assert named(config, "users")["prod"] == {"client-key-data": "TkVX"}
    assert len(config["clusters"]) == 1


def test_another_cluster_of_that_name_is_refused_until_it_is_to_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(OTHERS)
    with pytest.raises(BadInput, match="another cluster is called home there") as refused:
        merge(admin(), "home", path)
    assert "--replace" in str(refused.value)
    assert path.read_text() == OTHERS
    merge(admin(), "home", path, replace=True)
    assert named(read(path), "clusters")["home"]["server"] == "https://10.0.0.10:6443"


@pytest.mark.parametrize("text", ["[", "- a", "clusters: 1", "contexts: {}x"])
def test_a_file_that_is_no_kubeconfig_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config"
    path.write_text(text)
    with pytest.raises(BadInput, match="is no kubeconfig"):
        merge(admin(), "prod", path)
    assert path.read_text() == text
    assert [each.name for each in tmp_path.iterdir()] == ["config"]


def test_while_kubectl_writes_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "config.lock").touch()
    with pytest.raises(BadInput, match="is being changed by another program"):
        merge(admin(), "prod", tmp_path / "config")
    assert [each.name for each in tmp_path.iterdir()] == ["config.lock"]


def test_the_file_is_the_one_that_kubectl_would_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert target({}) == tmp_path / ".kube/config"
    one, two = tmp_path / "one", tmp_path / "two"
    assert target({"KUBECONFIG": f"{one}:{two}"}) == one
    two.touch()
    assert target({"KUBECONFIG": f"{one}:{two}"}) == two
    (tmp_path / "link").symlink_to(two)
    assert target({"KUBECONFIG": str(tmp_path / "link")}) == two
