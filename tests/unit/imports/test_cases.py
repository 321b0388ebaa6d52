"""One file for each case, named after it: sources and options, and the machines or the problems that come of them.

Machines that are found go on as a user's would: the manifests are loaded, and planned on blank hosts.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.plan import world

from trailboss.cli.ansible_inventory import list_inventory
from trailboss.imports import Found, Imported, Text, Wishes, import_machines, read_source
from trailboss.imports.wanted import Login
from trailboss.manifests import load_cluster
from trailboss.model.errors import BadInput
from trailboss.model.machine import Machine
from trailboss.plan import compute

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").glob("*.yaml"))
SECRET = "not-to-be-imported"
"""What stands for a password in the samples."""


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_import(path: Path) -> None:
    case = yaml.safe_load(path.read_text())
    if case.get("loader"):
        pytest.importorskip("ansible", reason="needs ansible-core, Ansible's own loader")
    if "problems" in case:
        with pytest.raises(BadInput) as refused:
            imported(case, sources(case))
        found = [str(problem).replace(str(HERE), "HERE") for problem in refused.value.problems]
        assert_each_begins(found, case["problems"])
        assert SECRET not in "".join(found)
        return
    found = sources(case)
    result = imported(case, found)
    assert imported(case, found, result.files).files == result.files
    cluster = load_cluster(result.files)
    assert [line(machine) for machine in in_order(result, cluster.machines)] == case["machines"]
    assert_each_begins(list(result.left_out), case.get("left_out", []))
    assert_each_begins([note for note in result.notes if "no cluster was described" not in note], case.get("notes", []))
    assert SECRET not in str(result)
    assert cluster.endpoint is not None
    assert f"{cluster.endpoint.host}:{cluster.endpoint.port}" == case.get("cluster_endpoint", "10.9.9.9:6443")
    plan = compute(cluster, world.observation(cluster, {"others": {"state": "bare"}}, None), ())
    assert plan.refusals == ()
    assert {operation.machine for operation in plan.operations} == {machine.name for machine in cluster.machines}


def sources(case: dict[str, Any]) -> Found:
    return read_source(case["kind"], texts(case), case.get("network"))


def imported(case: dict[str, Any], found: Found, files: dict[str, str] | None = None) -> Imported:
    options: dict[str, Any] = {"endpoint": "10.9.9.9"} | case.get("options", {})
    wishes = Wishes(login=Login(**options.pop("login", {})), **options)
    return import_machines(found, files or {}, "clusters/demo/", "demo", wishes)


def texts(case: dict[str, Any]) -> list[Text]:
    """Return the sources of a case: samples by path, or its own text."""
    if "text" in case:
        return [Text(name="source", content=case["text"])]
    paths = [HERE / "samples" / sample for sample in case["samples"]]
    if case.get("loader"):
        return [list_inventory([str(path) for path in paths])]
    return [Text(name=path.name, content=path.read_text()) for path in paths]


def in_order(result: Imported, machines: tuple[Machine, ...]) -> list[Machine]:
    return sorted(machines, key=lambda machine: result.added.index(machine.name))


def line(machine: Machine) -> str:
    """Return a machine in a line: NAME ROLE ADDRESS[/PRIVATE] USER:PORT [key KEY] [via BASTION] [LABEL=VALUE…]."""
    private = f"/{machine.private_address}" if machine.private_address else ""
    key = [f"key {machine.ssh.key_file}"] if machine.ssh.key_file else []
    bastion = [f"via {machine.ssh.bastion}"] if machine.ssh.bastion else []
    labels = [f"{key.removeprefix('topology.kubernetes.io/')}={value}" for key, value in machine.labels.items()]
    address = f"{machine.address}{private}"
    login = f"{machine.ssh.user}:{machine.ssh.port}"
    return " ".join([machine.name, machine.role, address, login, *key, *bastion, *labels])


def assert_each_begins(found: list[str], expected: list[str]) -> None:
    assert len(found) == len(expected), found
    assert [text for text, start in zip(found, expected, strict=True) if not text.startswith(start)] == []
