import hashlib
from pathlib import Path

import pytest

from trailboss.lab.mirror.digests import artifact, digest_file, is_good, link_artifact, remove_parts


def _make(path: Path, text: str) -> None:
    with artifact(path) as part:
        part.write_text(text)


def _fail_halfway(path: Path) -> None:
    with artifact(path) as part:
        part.write_text("half")
        raise RuntimeError


def test_an_artifact_and_its_bare_digest(tmp_path: Path) -> None:
    path = tmp_path / "bin" / "kubeadm"
    _make(path, "program")
    assert digest_file(path).read_text() == hashlib.sha256(b"program").hexdigest()
    assert is_good(path)
    assert sorted(file.name for file in path.parent.iterdir()) == ["kubeadm", "kubeadm.sha256"]


def test_without_a_digest_it_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "kubeadm"
    _make(path, "program")
    digest_file(path).unlink()
    assert not is_good(path)


@pytest.mark.parametrize("damage", ["", "progra", "PROGRAM"])
def test_damage_is_seen(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "kubeadm"
    _make(path, "program")
    path.write_text(damage)
    assert not is_good(path)


def test_a_failure_leaves_neither_a_part_nor_the_old_digest(tmp_path: Path) -> None:
    path = tmp_path / "kubeadm"
    _make(path, "old")
    with pytest.raises(RuntimeError):
        _fail_halfway(path)
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["kubeadm"]
    assert not is_good(path)


def test_what_a_killed_build_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / ".etcd.tar.part").write_text("half")
    _make(tmp_path / "images" / "pause.tar", "whole")
    remove_parts(tmp_path)
    assert sorted(file.name for file in (tmp_path / "images").iterdir()) == ["pause.tar", "pause.tar.sha256"]


def test_a_linked_artifact_takes_no_room(tmp_path: Path) -> None:
    first, second = tmp_path / "a.tar", tmp_path / "b" / "a.tar"
    _make(first, "image")
    link_artifact(first, second)
    assert second.stat().st_ino == first.stat().st_ino
    assert is_good(second)
