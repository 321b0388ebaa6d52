"""The main job on real hosts: git push → real kubeadm → nodes Ready, then one more worker by a second push."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.lab
@pytest.mark.timeout(2700)
def test_demo_ends_with_all_five_nodes_ready() -> None:
    trailboss = Path(sys.executable).with_name("trailboss")
    ended = subprocess.run([str(trailboss), "demo"], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    final = ended.stdout.rpartition("NAME")[2]
    for node in ("cp-1", "cp-2", "cp-3", "worker-1", "worker-2"):
        line = next(line for line in final.splitlines() if line.startswith(node))
        assert line.split()[1] == "Ready"
        assert "v1.34.4" in line
