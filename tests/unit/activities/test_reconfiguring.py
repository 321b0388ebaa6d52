"""Settings of a running cluster, on a ranch whose hosts run what they are told and whose API is asked."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from tests.unit.activities.ranch import Ranch, ranch, step
from tests.unit.workflows.plans import revision

from trailboss.activities.machines.reconfiguring import ReconfiguringActivities
from trailboss.activities.planning import looking
from trailboss.activities.planning.looking import LookingActivities
from trailboss.kube.settings import ANNOTATION
from trailboss.kubeadm.settings import kubelet_digest, settings_digest
from trailboss.model.cluster import Kubeadm
from trailboss.model.messages import ChangeContext, StepResult

RECORDED = {"kind": "ClusterConfiguration", "kubernetesVersion": "v1.34.4", "featureGates": {"A": True}}
WANTED = Kubeadm(api_server_extra_args={"v": "4"}, kubelet_configuration={"maxPods": 50})


@pytest_asyncio.fixture
async def on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ranch]:
    async with ranch(tmp_path, monkeypatch) as made:
        made.push("b", "cp-1 w-1", kubeadm=WANTED)
        made.api.config_maps["kubeadm-config"] = {
            "metadata": {"annotations": {}},
            "data": {"ClusterConfiguration": yaml.safe_dump(RECORDED)},
        }
        yield made


def own(on: Ranch, **said: object) -> None:
    on.api.config_maps["kubeadm-config"]["metadata"]["annotations"] = {ANNOTATION: json.dumps(said)}


def answers(on: Ranch, word: str, output: str) -> None:
    """What a script prints that has the word; scripts have others, too (admin.conf)."""
    on.answers = {word: output, **on.answers}


def fails(on: Ranch, monkeypatch: pytest.MonkeyPatch, output: str, status: int) -> None:
    """Let every long action end like this."""
    answer = on.answer
    ends = (output, status)
    monkeypatch.setattr(on, "answer", lambda host, script: ends if "run.sh" in script else answer(host, script))


def owned(on: Ranch) -> dict[str, Any]:
    return dict(json.loads(on.api.config_maps["kubeadm-config"]["metadata"]["annotations"][ANNOTATION]))


async def run(on: Ranch, name: str, machine: str = "cp-1") -> StepResult:
    activities = ReconfiguringActivities(on.pool)
    method = {"kubeadm-reconfigure": activities.reconfigure, "kubeadm-record": activities.record}
    method |= {"settings-record": activities.settings_record, "kubelet-configuration": activities.kubelet}
    return await ActivityEnvironment().run(method[name], step(name, machine))


def action(on: Ranch) -> str:
    return next(script for _, script in on.ran if "run.sh" in script)


async def test_static_pods_are_written_by_what_is_recorded_and_the_manifests(on: Ranch) -> None:
    own(on, names=["old.example.com"])
    answers(on, "control-plane all", "a lot\nchanged: kube-apiserver\n")
    on.facts["cp-1"] = {"settings": settings_digest(on.clusters[revision("b").commit])}
    assert (await run(on, "kubeadm-reconfigure")).summary == "changed: kube-apiserver"
    script = action(on)
    assert "gone='old.example.com'" in script
    document = script.partition("inputs/kubeadm.yaml\" <<'TRAILBOSS_END_OF_FILE'\n")[2]
    _, found, *_ = yaml.safe_load_all(document.partition("TRAILBOSS_END_OF_FILE")[0])
    assert found["featureGates"] == {"A": True}
    assert {"name": "v", "value": "4"} in found["apiServer"]["extraArgs"]


async def test_what_an_earlier_attempt_had_begun_is_followed_by_what_is_wanted(on: Ranch) -> None:
    answers(on, "control-plane all", "changed: nothing\n")
    on.facts["cp-1"] = {"settings": "of-another-revision"}
    with pytest.raises(ApplicationError, match="now for these settings") as caught:
        await run(on, "kubeadm-reconfigure")
    assert not caught.value.non_retryable


async def test_without_an_api_server_only_what_was_begun_is_gone_on_with(on: Ranch) -> None:
    del on.answers["admin.conf"]
    with pytest.raises(ApplicationError, match="no API server of demo is ready"):
        await run(on, "kubeadm-reconfigure")
    on.facts["cp-1"] = {"settings_begun": "yes", "settings": settings_digest(on.clusters[revision("b").commit])}
    answers(on, "control-plane all", "changed: nothing\n")
    await run(on, "kubeadm-reconfigure")
    assert 'inputs/kubeadm.yaml" <<' not in action(on)


async def test_settings_that_do_not_serve_are_not_tried_again(on: Ranch, monkeypatch: pytest.MonkeyPatch) -> None:
    fails(on, monkeypatch, "the old ones are back", 65)
    with pytest.raises(ApplicationError, match="the old ones are back") as caught:
        await run(on, "kubeadm-reconfigure")
    assert (caught.value.type, caught.value.non_retryable) == ("StepFailed", True)


async def test_a_record_is_not_the_kubelets_before_they_have_it(on: Ranch) -> None:
    answers(on, "upload-config kubeadm", "")
    digest = kubelet_digest(on.clusters[revision("b").commit])
    own(on, kubelet="of-another-revision")
    await run(on, "kubeadm-record")
    assert owned(on)["kubelet"] == f"pending {digest}"
    await run(on, "settings-record")
    assert owned(on)["kubelet"] == digest
    await run(on, "kubeadm-record")
    assert owned(on)["kubelet"] == digest


async def test_a_record_that_was_cut_off_leaves_no_kubelet_behind(on: Ranch, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be there or not; so each kubelet is asked, and the record made once more."""
    fails(on, monkeypatch, "", 1)
    with pytest.raises(ApplicationError):
        await run(on, "kubeadm-record")
    assert owned(on)["kubelet"] == "pending "


async def test_a_kubelet_that_has_all_is_left_alone(on: Ranch) -> None:
    answers(on, "kubelet-config", "")
    assert (await run(on, "kubelet-configuration", "w-1")).changed
    assert [host for host, script in on.ran if "run.sh" in script] == ["w-1"]


CERTIFICATE = "pki/apiserver.crt notBefore=Jan  1 00:00:00 2025 GMT notAfter=Jan  5 00:00:00 2026 GMT"


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        ({"epoch": "1767225600"}, ("cp-1: pki/apiserver.crt ends on 2026-01-05, in 4 days",)),
        ({"epoch": "1743465600"}, ()),
        ({"epoch": "1767225600", "member": ""}, ()),
        ({"epoch": "1743465600", "renewal_begun": "yes"}, ("cp-1: a renewal of certificates has not come to its end",)),
    ],
)
async def test_the_daily_look_asks_control_planes_for_their_certificates(
    on: Ranch, monkeypatch: pytest.MonkeyPatch, facts: dict[str, str], reasons: tuple[str, ...]
) -> None:
    monkeypatch.setattr(looking, "load_cluster_at", on.load)
    on.push("b", "cp-1 cp-2 w-1")
    on.down = {"cp-2"}
    on.facts["cp-1"] = {"certificates": CERTIFICATE, **facts}
    context = ChangeContext(cluster="demo", revision=revision("b"), fence=0)
    due = await ActivityEnvironment().run(LookingActivities(on.pool).look_again, context)
    assert due.reasons == reasons
    assert {host for host, _ in on.ran} == ({"cp-1"} if reasons else {"cp-1", "w-1"})  # w-1: has anything drifted?
