"""One file for each case, named after the state: facts, and the commands that are still missing."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.steps.fake_host import bare, foreign, prepared, upgraded

from trailboss.facts import MachineFacts
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import PREPARE, UPGRADE, combine

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
MACHINES = (
    Machine(name="cp-1", role="control-plane", address="10.0.0.1", kubernetes_version="1.34.4"),
    Machine(name="w-1", role="worker", address="10.0.0.9", kubernetes_version="1.34.4"),
)
STEPS = {**PREPARE, **UPGRADE}
START = {"bare": lambda _of, machine: bare(machine), "prepared": prepared, "upgraded": upgraded}
START["foreign"] = lambda _of, machine: foreign(machine)


def cluster(given: dict[str, Any]) -> Cluster:
    return Cluster.model_validate({"name": "demo", "kubernetes_version": "1.34.4", "machines": MACHINES, **given})


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_is_missing(path: Path) -> None:
    case = yaml.safe_load(path.read_text())
    of = cluster(case.get("cluster", {}))
    machine = of.machine(case.get("machine", "cp-1"))
    start = START[case.get("start", "bare")](of, machine)
    facts = MachineFacts.model_validate({**start.model_dump(), **case.get("facts", {})})
    commands = STEPS[case["step"]].commands(of, machine, facts)
    assert [command.summary for command in commands] == case["commands"]
    assert STEPS[case["step"]].commands(of, machine, only(facts, STEPS[case["step"]].facts)) == commands
    script = combine(commands)
    assert [words for words in case.get("scripts", []) if words not in script] == []
    assert [words for words in case.get("absent", []) if words in script] == []
    assert_parses(script)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
@pytest.mark.parametrize("name", STEPS)
def test_a_second_run_yields_nothing(name: str, machine: Machine) -> None:
    of = cluster({})
    facts = only(upgraded(of, machine), STEPS[name].facts)
    assert STEPS[name].commands(of, machine, facts) == []


def test_the_steps_stand_in_the_order_they_need() -> None:
    order = ["files", "packages", "kernel", "swap", "containerd", "binaries", "kubelet-service", "images"]
    assert list(PREPARE) == order
    assert [name for name, step in PREPARE.items() if step.long] == ["packages", "binaries", "images"]


@pytest.mark.parametrize("name", UPGRADE)
def test_what_is_read_of_a_machine_is_all_that_counts(name: str) -> None:
    of = cluster({})
    facts = upgraded(of.at("1.33.9"), MACHINES[0].model_copy(update={"kubernetes_version": "1.33.9"}))
    step = STEPS[name]
    assert step.commands(of, MACHINES[0], only(facts, step.facts)) == step.commands(of, MACHINES[0], facts) != []


def only(facts: MachineFacts, names: tuple[str, ...]) -> MachineFacts:
    """Return what is left where these facts alone were read."""
    return MachineFacts.model_validate({name: getattr(facts, name) for name in names})


def assert_parses(script: str) -> None:
    bash = shutil.which("bash") or ""
    checked = subprocess.run([bash, "-n"], input=script, capture_output=True, text=True, check=False)
    assert checked.stderr == ""
