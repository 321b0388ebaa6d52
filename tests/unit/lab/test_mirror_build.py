"""Builds with a source that makes small files: what is made, kept, resumed and mended."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from trailboss.lab import mirror
from trailboss.lab.mirror.errors import MirrorFailed
from trailboss.lab.mirror.layout import BINARIES, KUBERNETES_IMAGES, Reference, VersionLayout
from trailboss.lab.mirror.progress import Report
from trailboss.lab.mirror.stable import write_stable

PAUSE = "registry.k8s.io/pause:3.10"


class FakeSource:
    """Programs are scripts; its kubeadm lists images as the real one does. Fails when asked for `failing`."""

    def __init__(self, name: str = "compile") -> None:
        self.name = name
        self.failing = ""
        self.asked: list[str] = []
        self.prepared: list[str] = []

    def expectation(self, version: str) -> str:
        return f"{version} in no time"

    def prepare(self, version: str, programs: Sequence[str]) -> None:
        del version
        self.prepared = list(programs)

    def binary(self, version: str, name: str, target: Path) -> None:
        self._ask(name)
        images = [f"registry.k8s.io/{image}:{version}" for image in KUBERNETES_IMAGES]
        script = ["#!/bin/sh", *(f"echo {image}" for image in [*images, PAUSE])]
        target.write_text("\n".join(script) + "\n")

    def image(self, reference: Reference, target: Path) -> None:
        target.write_text(f"{self.name} half of {reference}")
        self._ask(reference.name)
        target.write_text(f"{self.name} image {reference}")

    def _ask(self, name: str) -> None:
        self.asked.append(name)
        if name == self.failing:
            raise MirrorFailed(f"{name} cannot be had")


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeSource:
    fake = FakeSource()

    def chosen(_name: str, _work: Path, _report: Report) -> FakeSource:
        return fake

    monkeypatch.setattr("trailboss.lab.mirror.build.select_source", chosen)
    monkeypatch.setenv("TRAILBOSS_CACHE", str(tmp_path))
    return fake


@pytest.fixture
def layout(source: FakeSource, tmp_path: Path) -> VersionLayout:
    del source  # the cache it set
    return VersionLayout(tmp_path / "mirror", "v1.34.4")


def test_a_version_is_made_whole(source: FakeSource, layout: VersionLayout) -> None:
    assert not mirror.is_complete("1.34.4")
    assert mirror.ensure(["1.34.4"]) == layout.root
    assert mirror.is_complete("v1.34.4")
    assert source.prepared == [*BINARIES, *KUBERNETES_IMAGES]
    assert layout.binary("kubelet").stat().st_mode & 0o777 == 0o755
    lines = layout.image_index.read_text().splitlines()
    assert [line.split()[1:] for line in lines][-1] == ["pause.tar", PAUSE]
    assert len(lines) == 5


def test_sha256sum_agrees_with_the_sums(layout: VersionLayout) -> None:
    mirror.ensure(["1.34.4"])
    command = ["sha256sum", "--check", "--strict", layout.sums]
    checked = subprocess.run(command, cwd=layout.root, capture_output=True, text=True, check=True).stdout
    assert checked.count(": OK") == 2 * (3 + 5) + len(["IMAGES", "RECIPE", "SOURCE"])


def test_a_second_build_asks_for_nothing(source: FakeSource, layout: VersionLayout) -> None:
    mirror.ensure(["1.34.4"])
    before = {path: path.stat().st_mtime_ns for path in layout.root.rglob("*")}
    source.asked.clear()
    mirror.ensure(["1.34.4", "v1.34.4"])
    assert source.asked == []
    assert {path: path.stat().st_mtime_ns for path in layout.root.rglob("*")} == before


def test_a_build_cut_short_goes_on_where_it_stopped(source: FakeSource, layout: VersionLayout) -> None:
    source.failing = "kube-scheduler"
    with pytest.raises(MirrorFailed):
        mirror.ensure(["1.34.4"])
    assert not mirror.is_complete("1.34.4")
    assert not layout.sums.exists()
    assert not list(layout.root.rglob("*.part"))
    source.failing, source.asked = "", []
    mirror.ensure(["1.34.4"])
    assert source.asked == ["kube-scheduler", "kube-proxy", "pause"]
    assert source.prepared == ["kube-scheduler", "kube-proxy"]
    assert mirror.is_complete("1.34.4")


def test_what_a_killed_build_left_is_taken_away(layout: VersionLayout, tmp_path: Path) -> None:
    layout.images.mkdir(parents=True)
    (layout.images / ".etcd.tar.part").write_text("half")
    (tmp_path / "build" / "old" / "bin").mkdir(parents=True)
    mirror.ensure(["1.34.4"])
    assert not list(layout.root.rglob("*.part"))
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize("victim", ["binary", "image", "digest", "index"])
def test_damage_is_found_and_mended(source: FakeSource, layout: VersionLayout, victim: str) -> None:
    mirror.ensure(["1.34.4"])
    sums = layout.sums.read_text()
    path = {
        "binary": layout.binary("kubelet"),
        "image": layout.image("pause"),
        "digest": layout.binaries / "kubectl.sha256",
        "index": layout.image_index,
    }[victim]
    path.write_text("rotten")
    source.asked.clear()
    mirror.ensure(["1.34.4"])
    assert layout.sums.read_text() == sums
    assert source.asked == {"binary": ["kubelet"], "image": ["pause"], "digest": ["kubectl"], "index": []}[victim]


def test_a_lost_file_makes_a_version_incomplete(layout: VersionLayout) -> None:
    mirror.ensure(["1.34.4"])
    layout.image("pause").unlink()
    assert not mirror.is_complete("1.34.4")
    mirror.ensure(["1.34.4"])
    assert mirror.is_complete("1.34.4")


def test_an_image_two_versions_share_is_kept_once(source: FakeSource, layout: VersionLayout) -> None:
    mirror.ensure(["1.34.4", "1.33.4"])
    other = VersionLayout(layout.root, "v1.33.4")
    assert source.asked.count("pause") == 1
    assert other.image("pause").stat().st_ino == layout.image("pause").stat().st_ino
    assert mirror.is_complete("1.33.4")


def test_images_of_another_source_are_not_shared(source: FakeSource, layout: VersionLayout) -> None:
    mirror.ensure(["1.34.4"])
    source.name = "upstream"
    mirror.ensure(["1.33.4"])
    assert VersionLayout(layout.root, "v1.33.4").image("pause").read_text() == f"upstream image {PAUSE}"


def test_half_a_version_of_another_source_is_begun_anew(source: FakeSource, layout: VersionLayout) -> None:
    source.failing = "pause"
    with pytest.raises(MirrorFailed):
        mirror.ensure(["1.34.4"])
    source.failing, source.name, source.asked = "", "upstream", []
    mirror.ensure(["1.34.4"])
    assert source.asked == [*BINARIES, *KUBERNETES_IMAGES, "pause"]
    assert layout.source.read_text() == "upstream\n"
    assert layout.image("kube-proxy").read_text().startswith("upstream image")


def test_the_newest_complete_patch_of_each_minor_is_its_stable_release(tmp_path: Path) -> None:
    for version in ("v1.33.4", "v1.34.9", "v1.34.10", "v1.34.11", "v1.35.0-rc.1"):
        layout = VersionLayout(tmp_path, version)
        layout.release.mkdir(parents=True)
        (layout.release / "file").write_text(version)
        if version != "v1.34.11":  # not complete
            layout.sums.write_text(f"0  release/{version}/file\n")
    write_stable(tmp_path)
    written = {path.name: path.read_text() for path in (tmp_path / "release").glob("*.txt")}
    assert written == {"stable-1.33.txt": "v1.33.4\n", "stable-1.34.txt": "v1.34.10\n"}


def test_what_an_older_recipe_made_is_made_anew(source: FakeSource, layout: VersionLayout) -> None:
    mirror.ensure(["1.34.4"])
    layout.recipe.write_text("1\n")
    source.asked.clear()
    mirror.ensure(["1.34.4"])
    assert "kubeadm" in source.asked
    assert not layout.outdated
