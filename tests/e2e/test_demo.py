"""The main job as a newcomer runs it: `trailboss demo`, cut off by Ctrl-C, run again, and taken away."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.e2e.ranch import NAME

from trailboss.lab.engine.docker import docker
from trailboss.lab.hosts.labels import LAB
from trailboss.lab.temporal import leftover
from trailboss.lab.temporal.options import DevOptions
from trailboss.worker.settings import Settings

pytestmark = [pytest.mark.lab, pytest.mark.timeout(1500)]

TRAILBOSS = Path(sys.executable).with_name("trailboss")
NODES = ("cp-1", "cp-2", "cp-3", "worker-1", "worker-2")
VERSIONS = ("1.34.4",)
CUT_AT = "join cp-2: running"  # in the middle of a control plane's join


@pytest.mark.usefixtures("artifacts")
def test_a_demo_that_is_cut_off_stops_what_it_started(settings: Settings, tmp_path: Path) -> None:
    output = tmp_path / "output"
    with output.open("wb") as file:
        demo = subprocess.Popen([TRAILBOSS, "demo"], stdout=file, stderr=file, start_new_session=True)
    _until_it_says(CUT_AT, output, demo)
    os.killpg(demo.pid, signal.SIGINT)
    assert demo.wait(timeout=60) not in {0, None}
    assert "Traceback" not in output.read_text()
    assert leftover.find(DevOptions(home=settings.temporal_home)) is None


def test_the_next_one_ends_with_all_five_nodes_ready() -> None:
    ended = subprocess.run([TRAILBOSS, "demo"], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    table = ended.stdout.rpartition("NAME")[2].splitlines()
    for node in NODES:
        line = next(line for line in table if line.startswith(node))
        assert line.split()[1] == "Ready"
        assert f"v{VERSIONS[0]}" in line


def test_nothing_of_a_lab_is_left_after_it_was_taken_away() -> None:
    subprocess.run([TRAILBOSS, "lab", "up", "--name", NAME, "--control-planes", "1", "--workers", "0"], check=True)
    subprocess.run([TRAILBOSS, "lab", "down", "--all"], check=True)
    left = [docker(kind, "ls", "--quiet", "--filter", f"label={LAB}") for kind in ("container", "volume", "network")]
    assert left == ["", "", ""]
    assert "10.87." not in subprocess.run(["iptables-save"], capture_output=True, text=True, check=True).stdout


def _until_it_says(words: str, output: Path, demo: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 300
    while words not in output.read_text():
        assert demo.poll() is None, output.read_text()[-3000:]
        assert time.monotonic() < deadline, output.read_text()[-3000:]
        time.sleep(0.2)
