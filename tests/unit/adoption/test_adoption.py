"""One file for each cluster that others made, named after what it is: what manifests say of it, or why they cannot."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.adoption.others import seen

from trailboss.adoption import Seen, Wish, propose, write
from trailboss.manifests import load_cluster
from trailboss.model.cluster import Cluster
from trailboss.model.errors import BadInput
from trailboss.model.plan import Plan
from trailboss.plan import Observation, compute
from trailboss.plan.adoption import afterwards, with_adopted
from trailboss.plan.situation import Situation

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
GOOD = [path for path in CASES if "refusals" not in yaml.safe_load(path.read_text())]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_is_written_or_refused(path: Path) -> None:
    case = yaml.safe_load(path.read_text())
    wish = Wish.model_validate({"name": "prod", **case.get("wish", {})})
    if "refusals" in case:
        with pytest.raises(BadInput) as refused:
            propose(seen(case), wish)
        begins([str(problem) for problem in refused.value.problems], case["refusals"])
        return
    proposal = propose(seen(case), wish)
    files = write(proposal)
    spec = {key: yaml_of(files, "cluster.yaml")[1]["spec"][key] for key in case.get("spec", {})}
    assert spec == case.get("spec", {})
    cluster = {key: yaml_of(files, "cluster.yaml")[0]["spec"][key] for key in case.get("cluster_spec", {})}
    assert cluster == case.get("cluster_spec", {})
    machines = {one["metadata"]["name"]: one["spec"] for one in yaml_of(files, "machines.yaml")[1::2]}
    assert {name: machines[name] for name in case.get("machines", {})} == case.get("machines", {})
    if "notes" in case:
        begins(list(proposal.notes), case["notes"])
    for words in case.get("also_noted", []):
        assert any(words in note for note in proposal.notes), proposal.notes


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_the_first_change_marks_hosts_and_nothing_remains(path: Path) -> None:
    case = yaml.safe_load(path.read_text())
    found = seen(case)
    cluster = load(found, Wish.model_validate({"name": "prod", **case.get("wish", {})}))
    observation = observed(found)
    plan = compute(cluster, observation)
    assert plan.refusals == ()
    assert {one.operation for one in plan.operations} == {"adopt", "record"}
    assert {step.name for one in plan.operations for step in one.steps} == {"take-over", "settings-record"}
    assert sum(one.operation == "adopt" for one in plan.operations) == len(cluster.machines)
    assert not any(stage.disrupts for stage in plan.stages)
    assert plan.later_versions == ()
    assert remaining(cluster, observation).changes_nothing


def test_an_upgrade_follows_in_a_plan_of_its_own() -> None:
    found = seen({})
    cluster = load(found, Wish(name="prod")).at("1.34.4")
    observation = observed(found).model_copy(update={"releases": ("1.34.4",)})
    assert [stage.name for stage in compute(cluster, observation).stages] == ["take over", "note settings"]
    assert compute(cluster, observation).later_versions == ("1.34.4",)
    names = [stage.name for stage in remaining(cluster, observation).stages]
    assert names == ["stage artifacts", "snapshot", "upgrade control planes", "upgrade workers"]


def test_every_value_tells_where_it_came_from() -> None:
    text = write(propose(seen({}), Wish(name="prod")))["clusters/prod/cluster.yaml"]
    assert "# ConfigMap kube-system/kubeadm-config: networking.podSubnet\n      cidrBlocks:" in text
    assert "# ConfigMap kube-system/kubelet-config: what is not kubeadm's own choice\n    configuration:" in text


def test_the_same_cluster_is_written_the_same() -> None:
    wish = Wish(name="prod")
    assert write(propose(seen({}), wish)) == write(propose(seen({}), wish))


def remaining(cluster: Cluster, observation: Observation) -> Plan:
    return compute(cluster, afterwards(with_adopted(Situation(cluster, observation))).observation)


def load(found: Seen, wish: Wish) -> Cluster:
    files = {Path(path).name: text for path, text in write(propose(found, wish)).items()}
    return load_cluster(files, name=wish.name)


def observed(found: Seen) -> Observation:
    """Return the same as the planner would see it."""
    of = found.cluster
    return Observation(
        machines={name: host.facts for name, host in found.looked_at.items()},
        nodes=tuple(one.node for one in of.nodes),
        api_version=of.version,
        etcd_members=found.control_planes,
        etcd_size=len(found.control_planes),
        recorded_version=of.version,
        recorded=of.recorded,
        control_planes=of.control_planes,
    )


def yaml_of(files: dict[str, str], name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(files[f"clusters/prod/{name}"]))


def begins(found: list[str], expected: list[str]) -> None:
    assert len(found) == len(expected), found
    assert [text for text, start in zip(found, expected, strict=True) if not text.startswith(start)] == [], found
