from pathlib import Path

import pytest

from trailboss.lab.mirror.layout import Reference, VersionLayout, mirror_root, version_tag
from trailboss.lab.paths import cache_root
from trailboss.model.errors import BadInput


@pytest.mark.parametrize(
    ("given", "tag"), [("1.34.4", "v1.34.4"), ("v1.33.4", "v1.33.4"), (" 1.35.0-rc.1 ", "v1.35.0-rc.1")]
)
def test_a_release_is_read_with_or_without_its_v(given: str, tag: str) -> None:
    assert version_tag(given) == tag


@pytest.mark.parametrize("given", ["", "1.34", "latest", "1.34.4/../..", "v1.34.4-dirty"])
def test_anything_else_is_bad_input(given: str) -> None:
    with pytest.raises(BadInput) as caught:
        version_tag(given)
    assert caught.value.problems[0].found == given


@pytest.mark.parametrize(
    ("text", "repository", "tag", "name"),
    [
        ("registry.k8s.io/pause:3.10", "pause", "3.10", "pause"),
        ("registry.k8s.io/coredns/coredns:v1.12.1", "coredns/coredns", "v1.12.1", "coredns"),
    ],
)
def test_references_come_apart_and_together(text: str, repository: str, tag: str, name: str) -> None:
    reference = Reference.parse(text)
    assert (reference.registry, reference.repository, reference.tag) == ("registry.k8s.io", repository, tag)
    assert reference.name == name
    assert str(reference) == text


def test_the_cache_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRAILBOSS_CACHE", str(tmp_path))
    assert cache_root() == tmp_path
    assert mirror_root() == tmp_path / "mirror"
    monkeypatch.delenv("TRAILBOSS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_root() == tmp_path / "xdg" / "trailboss"


def test_binaries_lie_where_dl_k8s_io_has_them() -> None:
    layout = VersionLayout(Path("/m"), "v1.34.4")
    assert layout.binary("kubeadm") == Path("/m/release/v1.34.4/bin/linux/amd64/kubeadm")
    assert layout.image("etcd") == Path("/m/images/v1.34.4/etcd.tar")
