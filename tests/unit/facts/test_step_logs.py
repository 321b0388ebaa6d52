"""The script that reads steps' logs, run by bash in a folder that stands for a host."""

from pathlib import Path

import pytest
from tests.unit.steps.sandbox import Sandbox

from trailboss.facts.step_logs import StepLog, parse, script


@pytest.fixture
def host(tmp_path: Path) -> Sandbox:
    made = Sandbox(tmp_path / "host")
    made.program("systemctl", 'case "$*" in *-2-1.34.4-join.service) exit 0;; *) exit 3;; esac')
    return made


def steps(host: Sandbox, **given: object) -> tuple[StepLog, ...]:
    done = host.run(script(**{"newest": 5, "lines": 40, **given}))  # type: ignore[arg-type]
    assert done.returncode == 0, done.stderr
    return parse("w1", done.stdout)


def write(host: Sandbox, key: str, output: str, exit_status: str | None) -> None:
    host.write(f"/var/lib/trailboss/steps/{key}/output", output)
    if exit_status is not None:
        host.write(f"/var/lib/trailboss/steps/{key}/exit", f"{exit_status}\n")


def test_a_host_without_steps_has_none(host: Sandbox) -> None:
    assert steps(host) == ()


def test_each_step_has_its_state_and_the_end_of_its_output(host: Sandbox) -> None:
    write(host, "a-demo-1-1.33.4-init", "one\ntwo\n@@trailboss-step x\nthree é\n", "0")
    write(host, "a-demo-2-1.34.4-join", "half", None)
    write(host, "a-demo-3-1.34.4-upgrade-node", "", None)
    write(host, "a-demo-4-1.34.4-drain", "no\n", "7")
    found = {log.step: log for log in steps(host, lines=2)}
    assert {name: log.state for name, log in found.items()} == {
        "init": "0", "join": "running", "upgrade-node": "interrupted", "drain": "7",
    }  # fmt: skip
    assert found["init"].output == "@@trailboss-step x\nthree é\n"
    assert found["join"].output == "half"
    assert found["init"].size == len("one\ntwo\n@@trailboss-step x\nthree é\n".encode())


def test_of_a_step_that_is_known_only_what_came_after_is_read(host: Sandbox) -> None:
    write(host, "it's-1-1.34.4-init", "one\ntwo\n", None)
    (log,) = steps(host, seen={"it's-1-1.34.4-init": 4, "other": 9})
    assert log.output == "two\n"


def test_only_the_newest_are_read(host: Sandbox) -> None:
    for number in range(4):
        write(host, f"demo-{number}-1.34.4-init", str(number), "0")
    assert len(steps(host, newest=2)) == 2


def test_a_record_that_came_in_part_is_left_out() -> None:
    assert parse("w1", "@@trailboss-step demo-1-1.34.4-init 17 0 3 b25l\n@@trailboss-step demo-2") == (
        StepLog(machine="w1", key="demo-1-1.34.4-init", at=17, state="0", size=3, output="one"),
    )
