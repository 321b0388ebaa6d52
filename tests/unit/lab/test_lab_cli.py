import json
from pathlib import Path

import pytest

from trailboss.cli.lab import app
from trailboss.lab.hosts import Lab
from trailboss.lab.hosts.model import make_host
from trailboss.lab.hosts.state import save_lab
from trailboss.model.errors import BadInput

SUBNET = "10.87.3.0/24"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home in which one lab, `lab`, was brought up."""
    monkeypatch.setenv("TRAILBOSS_HOME", str(tmp_path / "home"))
    lab = Lab(
        name="lab",
        network="trailboss-lab",
        subnet=SUBNET,
        edge_address="10.87.3.2",
        key_file=tmp_path / "id",
        known_hosts_file=tmp_path / "known_hosts",
        mirror_root=tmp_path,
        hosts=(make_host("lab", SUBNET, "control-plane", 1),),
    )
    save_lab(lab)
    return tmp_path / "home"


def _run(*words: str) -> None:
    app(list(words), standalone_mode=False)


@pytest.mark.parametrize("command", ["ssh", "exec"])
def test_an_unknown_host_is_told_with_those_there_are(command: str) -> None:
    with pytest.raises(BadInput, match="no such host in lab; found cp-9; allowed: cp-1, edge"):
        _run(command, "cp-9", "true")


@pytest.mark.parametrize("command", ["up", "down", "status"])
@pytest.mark.parametrize("name", ["..", "a/b", "Lab", "a" * 41, "", "lab\n"])
def test_what_is_no_name_is_refused_before_anything_is_done(command: str, name: str, home: Path) -> None:
    with pytest.raises(BadInput, match="it cannot be a lab's name; found"):
        _run(command, "--name", name)
    assert json.loads((home / "lab" / "lab" / "lab.json").read_text())["name"] == "lab"
