"""Taking labs away where no engine runs; with one, the end-to-end tests do it."""

import json
import os
from pathlib import Path

import pytest

from trailboss.lab.engine.apt import MissingPrerequisite
from trailboss.lab.engine.stopped import stopped_engine_holds
from trailboss.lab.hosts import all_labs_down, down, lab_down


@pytest.fixture
def containers(tmp_path: Path) -> Path:
    """An engine's folder of containers: one of the lab `demo`, one of somebody else's, one half made."""
    for name, labels in (("a", {"trailboss.lab": "demo"}), ("b", {"app": "x"}), ("c", None)):
        (tmp_path / "containers" / name).mkdir(parents=True)
        config = {"Config": {"Labels": labels}}
        (tmp_path / "containers" / name / "config.v2.json").write_text(json.dumps(config))
    (tmp_path / "containers" / "c" / "config.v2.json").write_text('{"Config": {"La')
    return tmp_path / "containers"


@pytest.mark.parametrize(
    ("label", "held"),
    [("trailboss.lab", True), ("trailboss.lab=demo", True), ("trailboss.lab=dem", False), ("trailboss.host", False)],
)
def test_a_stopped_engines_files_tell_what_it_holds(label: str, *, held: bool, containers: Path) -> None:
    assert stopped_engine_holds(label, containers) == held
    assert not stopped_engine_holds(label, containers / "nowhere")


class Engine:
    """Stands in for all that would reach an engine, and writes down what was asked of it."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, *, held: bool, installed: bool = True, root: bool = True
    ) -> None:
        self.done: list[str] = []
        self.root = root
        monkeypatch.setattr(down, "docker_ok", lambda *_: False)
        monkeypatch.setattr(down, "engine_installed", lambda: installed)
        monkeypatch.setattr(down, "stopped_engine_holds", lambda _: held)
        monkeypatch.setattr(down, "ensure_engine", self._start)
        monkeypatch.setattr(down, "labelled", lambda kind, label: [f"{kind} of {label}"])
        monkeypatch.setattr(down, "docker", lambda *words: self.done.append(words[-1]))
        monkeypatch.setattr(down, "stop_engine_if_ours", lambda: self.done.append("stop"))
        monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)

    def _start(self, _: object) -> None:
        if not self.root:
            raise MissingPrerequisite("made up: not for you")
        self.done.append("start")


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("TRAILBOSS_HOME", str(tmp_path / "home"))
    folder = tmp_path / "home" / "lab" / "demo"
    folder.mkdir(parents=True)
    return folder


def test_a_stopped_engine_runs_for_as_long_as_it_takes(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(monkeypatch, held=True)
    lab_down("demo")
    label = "trailboss.lab=demo"
    assert engine.done == ["start", f"container of {label}", f"volume of {label}", f"network of {label}", "stop"]
    assert not keys.exists()


@pytest.mark.parametrize(("held", "installed"), [(False, True), (True, False)])
def test_an_engine_that_has_nothing_of_ours_is_left_alone(
    keys: Path, monkeypatch: pytest.MonkeyPatch, *, held: bool, installed: bool
) -> None:
    engine = Engine(monkeypatch, held=held, installed=installed)
    all_labs_down()
    assert engine.done == []
    assert not keys.exists()


def test_keys_are_kept_while_hosts_may_be_left(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Engine(monkeypatch, held=False, root=False)
    with pytest.raises(MissingPrerequisite):
        lab_down("demo")
    assert keys.exists()
    lab_down("another")
