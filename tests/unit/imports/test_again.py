"""A second import: what is there stays as it is written, but for what the source says otherwise."""

from difflib import ndiff

import pytest

from trailboss.imports import Imported, Text, Wishes, import_machines, read_source
from trailboss.manifests import load_cluster
from trailboss.model.errors import BadInput

FOLDER = "clusters/demo/"
CLUSTER = """\
apiVersion: cluster.x-k8s.io/v1beta1
kind: Cluster
metadata: {name: demo}
spec: {infrastructureRef: {apiVersion: trailboss.dev/v1alpha1, kind: SSHCluster, name: demo}}
---
apiVersion: trailboss.dev/v1alpha1
kind: SSHCluster
metadata: {name: demo}
spec: {kubernetesVersion: 1.34.4, ssh: {user: ops, port: 2222}}
"""
MACHINES = """\
# Ours. Do not sort.
---
kind: Machine
apiVersion: cluster.x-k8s.io/v1beta1
metadata:
    name: w-1   # the big one
spec:
    clusterName: demo
    infrastructureRef: {apiVersion: trailboss.dev/v1alpha1, kind: SSHMachine, name: w-1}
---
kind: SSHMachine
apiVersion: trailboss.dev/v1alpha1
metadata:
    name: w-1
spec:
    role: worker
    # moved twice already
    address: "10.0.1.1"   # rack 4
    labels:
        example.com/disk: ssd
    taints:
    -   key: dedicated
        value: storage
        effect: NoSchedule
# the first of three
---
apiVersion: v1
kind: List
items:
- apiVersion: cluster.x-k8s.io/v1beta1
  kind: Machine
  metadata: {name: cp-1}
  spec: {clusterName: demo, infrastructureRef: {apiVersion: trailboss.dev/v1alpha1, kind: SSHMachine, name: cp-1}}
- apiVersion: trailboss.dev/v1alpha1
  kind: SSHMachine
  metadata: {name: cp-1}
  spec: {role: control-plane, address: 10.0.0.1, privateAddress: 192.168.0.1}
"""
FILES = {f"{FOLDER}cluster.yaml": CLUSTER, f"{FOLDER}machines.yaml": MACHINES}
SAME = "cp-1,control-plane,10.0.0.1,192.168.0.1,ops,2222\nw-1,worker,10.0.1.1,,,\n"


def again(rows: str, files: dict[str, str] | None = None, *, prune: bool = False) -> Imported:
    text = Text(name="hosts.csv", content=f"name,role,address,private_address,user,port,zone\n{rows}")
    imported = import_machines(
        read_source("csv", [text], None), FILES if files is None else files, FOLDER, "demo", Wishes(prune=prune)
    )
    load_cluster(imported.files)
    return imported


def changed_lines(imported: Imported, file: str = "machines.yaml") -> list[str]:
    """Return the lines that are not as they were, - and + before them."""
    before, after = FILES[FOLDER + file].splitlines(), imported.files[FOLDER + file].splitlines()
    return [line for line in ndiff(before, after) if line[0] in "-+"]


def test_the_same_changes_nothing() -> None:
    imported = again(SAME)
    assert imported.files == FILES
    assert [*imported.added, *imported.changes, *imported.gone, *imported.removed] == []


def test_what_an_import_has_written_the_next_one_leaves() -> None:
    first = again("cp-1,control-plane,10.0.0.1,192.168.0.1,,,a\nw-9,worker,10.0.1.9,192.168.1.9,root,22,b\n", {})
    second = again(
        "cp-1,control-plane,10.0.0.1,192.168.0.1,,,a\nw-9,worker,10.0.1.9,192.168.1.9,root,22,b\n", first.files
    )
    assert second.files == first.files
    assert first.added == ("cp-1", "w-9")
    assert second.added == ()


def test_an_address_is_changed_in_place() -> None:
    imported = again(SAME.replace("10.0.1.1", "10.0.1.77"))
    assert changed_lines(imported) == ['-     address: "10.0.1.1"   # rack 4', '+     address: "10.0.1.77"  # rack 4']
    assert [(one.machine, one.field, one.before, one.after) for one in imported.changes] == [
        ("w-1", "address", "10.0.1.1", "10.0.1.77")
    ]


def test_an_item_of_a_list_is_changed_in_place() -> None:
    imported = again(SAME.replace("192.168.0.1", "192.168.0.2"))
    assert changed_lines(imported) == [
        "-   spec: {role: control-plane, address: 10.0.0.1, privateAddress: 192.168.0.1}",
        "+   spec: {role: control-plane, address: 10.0.0.1, privateAddress: 192.168.0.2}",
    ]


def test_fields_that_were_not_there_come_where_they_belong() -> None:
    imported = again(SAME.replace("w-1,worker,10.0.1.1,,,", "w-1,worker,10.0.1.1,192.168.1.1,core,2222,b"))
    assert changed_lines(imported) == [
        "+     privateAddress: 192.168.1.1",
        "+     ssh:",
        "+         user: core",
        "+         topology.kubernetes.io/zone: b",
    ]
    machine = load_cluster(imported.files).machine("w-1")
    assert machine.labels == {"example.com/disk": "ssd", "topology.kubernetes.io/zone": "b"}
    assert machine.taints


def test_new_machines_come_last_and_say_only_what_the_cluster_does_not() -> None:
    imported = again(f"{SAME}w-2,worker,10.0.1.2,,ops,22\n")
    text = imported.files[f"{FOLDER}machines.yaml"]
    assert text.startswith(MACHINES)
    assert text.removeprefix(MACHINES).endswith("spec:\n  role: worker\n  address: 10.0.1.2\n  ssh:\n    port: 22\n")
    assert imported.added == ("w-2",)


def test_what_is_gone_stays_without_prune() -> None:
    imported = again("cp-1,control-plane,10.0.0.1\n")
    assert imported.files == FILES
    assert (imported.gone, imported.removed) == (("w-1",), ())


def test_what_is_gone_goes_with_prune() -> None:
    imported = again("cp-1,control-plane,10.0.0.1\n", prune=True)
    text = imported.files[f"{FOLDER}machines.yaml"]
    assert text == "# Ours. Do not sort.\n" + MACHINES[MACHINES.index("---\napiVersion: v1\nkind: List") :]
    assert (imported.gone, imported.removed) == (("w-1",), ("w-1",))


def test_items_of_a_list_go_and_the_others_stay() -> None:
    imported = again("w-1,worker,10.0.1.1\ncp-9,control-plane,10.0.0.9\n", prune=True)
    assert "cp-1" not in imported.files[f"{FOLDER}machines.yaml"]
    assert load_cluster(imported.files).machine("cp-9").address == "10.0.0.9"


def test_a_machine_that_the_user_has_renamed_is_known_by_its_address() -> None:
    imported = again("cp-1,control-plane,10.0.0.1\nprod-worker-blue,worker,10.0.1.1,,,2222\n")
    assert imported.files == FILES
    assert imported.notes == ("prod-worker-blue is w-1 here, by its address; the name stays",)


def test_hosts_behind_one_address_are_told_apart_by_port() -> None:
    imported = again(f"{SAME}w-2,worker,10.0.1.1,192.168.1.2,,2223\n")
    assert imported.added == ("w-2",)


def test_a_node_keeps_its_role() -> None:
    with pytest.raises(BadInput) as refused:
        again(SAME.replace("w-1,worker", "w-1,control-plane"))
    (problem,) = refused.value.problems
    assert (problem.file, problem.line, problem.field) == ("hosts.csv", 3, "w-1 role")
    assert problem.found == "control-plane; worker in clusters/demo/machines.yaml"


def test_machines_in_other_files_are_found_there() -> None:
    first, second = MACHINES.split("# the first of three\n")
    files = {**FILES, f"{FOLDER}machines.yaml": first, f"{FOLDER}more/control.yaml": second}
    imported = again(f"{SAME.replace('10.0.1.1', '10.0.1.5')}cp-2,control-plane,10.0.0.2\n", files)
    assert "10.0.1.5" in imported.files[f"{FOLDER}machines.yaml"]
    assert imported.files[f"{FOLDER}more/control.yaml"].startswith(second)


def test_a_file_that_is_not_yaml_is_told_and_left() -> None:
    with pytest.raises(BadInput) as refused:
        again(SAME, {**FILES, f"{FOLDER}machines.yaml": f"{MACHINES}---\nkind: [\n"})
    assert [problem.file for problem in refused.value.problems] == [f"{FOLDER}machines.yaml"]


def test_a_cluster_file_without_a_cluster_is_not_overwritten() -> None:
    with pytest.raises(BadInput) as refused:
        again(SAME, {f"{FOLDER}cluster.yaml": "# later\n"})
    assert "no Cluster is described here" in str(refused.value)


def test_machines_of_wksctl_are_left_as_they_are() -> None:
    wksctl = """\
apiVersion: cluster.x-k8s.io/v1alpha3
kind: Machine
metadata: {name: old, labels: {set: worker}}
spec: {clusterName: demo, infrastructureRef: {kind: ExistingInfraMachine, name: old}}
---
apiVersion: cluster.weave.works/v1alpha3
kind: ExistingInfraMachine
metadata: {name: old}
spec: {public: {address: 10.0.9.9}}
"""
    files = {**FILES, f"{FOLDER}old.yaml": wksctl}
    text = Text(name="hosts.csv", content=f"name,role,address,private_address,user,port\n{SAME}old,worker,10.0.9.10\n")
    imported = import_machines(read_source("csv", [text], None), files, FOLDER, "demo", Wishes())
    assert imported.files == files
    assert imported.notes == ("old: described by no SSHMachine; left as it is",)


def test_line_ends_of_windows_stay() -> None:
    files = {file: text.replace("\n", "\r\n") for file, text in FILES.items()}
    imported = again(SAME.replace("10.0.1.1", "10.0.1.77"), files)
    after = imported.files[f"{FOLDER}machines.yaml"]
    assert after.count("\n") == after.count("\r\n") == MACHINES.count("\n")
