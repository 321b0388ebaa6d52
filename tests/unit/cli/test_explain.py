import json

import pytest
from typer.testing import CliRunner

from trailboss.cli.main import app, typer_for
from trailboss.manifests.published.explain import explain
from trailboss.manifests.published.tree import every_kind, fields_of, tree_of
from trailboss.manifests.schema.meaning import WHEN, when_words
from trailboss.model.errors import BadInput

COMMAND = typer_for("trailboss.cli.explain:explain_")


def run(*words: str) -> str:
    result = CliRunner().invoke(COMMAND, list(words))
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def test_a_field_says_type_meaning_allowed_default_and_when() -> None:
    told = run("SSHCluster.spec.rollout.drain.timeout")
    assert "SSHCluster.spec.rollout.drain.timeout <string>" in told
    for line in (
        "means: How long the drain of one machine may take.",
        "allowed: 1s or more, such as 10m",
        'default: "10m"',
        "takes effect: each time that a change is planned",
    ):
        assert line in told


def test_case_and_spec_may_be_left_out() -> None:
    assert run("sshcluster.ROLLOUT.drain.timeout") == run("SSHCluster.spec.rollout.drain.timeout")


def test_a_mapping_shows_its_fields_and_a_list_those_of_its_entries() -> None:
    told = run("SSHMachine.taints")
    assert "<[]Object>" in told
    assert "key (needed) <string>" in told
    assert "value <string>" in told


def test_a_field_that_cannot_be_honoured_says_what_to_do_instead() -> None:
    assert "not to be used: not understood in manifests; `trailboss pause NAME`" in run("Cluster.spec.paused")


def test_alone_it_lists_the_kinds() -> None:
    told = run()
    assert all(kind.name in told for kind in every_kind())


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("SSHClutser", "no such kind; did you mean SSHCluster?"),
        ("SSHCluster.spec.rollot", "no such field; did you mean rollout?"),
        ("SSHCluster.rollot", "no such field; did you mean rollout?"),
        ("SSHCluster.rollout.soak.x", "allowed: no fields"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is_near(path: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        explain(path)
    assert words in str(refused.value)


def test_when_there_are_two_halves_both_are_in_words() -> None:
    assert when_words("join, change") == f"{WHEN['join']}, and {WHEN['change']}"
    assert when_words("set; `x`: init") == f"{WHEN['set']}; `x`: {WHEN['init']}"
    assert when_words("") == ""


def test_json_is_for_programs() -> None:
    found = json.loads(CliRunner().invoke(app, ["explain", "SSHMachine.taints.key", "-o", "json"]).stdout)
    assert (found["kind"], found["field"], found["needed"], found["when"]) == (
        "SSHMachine",
        "spec.taints.key",
        True,
        "always",
    )
    kinds = json.loads(CliRunner().invoke(app, ["explain", "-o", "json"]).stdout)
    assert {"kind": "SSHMachine", "api_versions": ["trailboss.dev/v1alpha1"]} in kinds


def test_of_kinds_that_share_a_name_the_version_decides() -> None:
    assert "cluster.x-k8s.io" in explain("Machine").api_versions[0]
    assert explain("Machine.providerSpec", "cluster.k8s.io/v1alpha1").type == "Object"
    with pytest.raises(BadInput, match="no such version of Machine"):
        explain("Machine", "cluster.k8s.io/v9")


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.label)
def test_every_field_can_be_explained(kind: object) -> None:
    for path, _ in fields_of(tree_of(kind)):  # type: ignore[arg-type]
        assert explain(f"{kind.name}.{path}", f"{kind.group}/{kind.versions[0]}").field == path  # type: ignore[attr-defined]
