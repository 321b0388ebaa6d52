"""One addon at a time, from its files to what the API server then has."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from tests.unit.activities.ranch import Ranch, ranch
from tests.unit.kube.fake_objects import FakeObjects
from tests.unit.workflows.plans import revision

from trailboss.activities.addons import addon as module
from trailboss.activities.addons import waiting, work
from trailboss.activities.addons.addon import AddonActivities
from trailboss.addons import applyset
from trailboss.addons.objects import Json
from trailboss.addons.record import Record, read_config_map
from trailboss.kube import ClusterApi
from trailboss.kube.addons import seen
from trailboss.model.addons import Addon
from trailboss.model.messages import AddonInput, ChangeContext

pytestmark = pytest.mark.slow

FILE = "addons/a.yaml"


@dataclass
class Farm:
    """`texts`: what Git has. `fence` grows with each change."""

    on: Ranch
    activities: AddonActivities
    texts: dict[str, str] = field(default_factory=dict)
    fence: int = 1

    @property
    def objects(self) -> FakeObjects:
        return self.on.api.objects

    async def apply(self, *objects: Json, others: tuple[Addon, ...] = (), **given: Any) -> str:  # noqa: ANN401
        """Push an addon with these objects and apply it; return what is told of it."""
        self.texts[FILE] = yaml.safe_dump_all(objects)
        digest = str(hash(self.texts[FILE]))
        fields = {"name": "a", "manifests": (FILE,), "files": (FILE,), "digest": digest, "timeout": 60, **given}
        self.on.push("b", "cp-1", addons=(Addon.model_validate(fields), *others))
        return await self.run("apply", str(fields["name"]))

    async def run(self, operation: str, name: str = "a", *, same_change: bool = False) -> str:
        self.fence += not same_change
        context = ChangeContext(cluster="demo", revision=revision("b"), fence=self.fence)
        given = AddonInput.model_validate({"context": context, "addon": name, "operation": operation})
        return (await ActivityEnvironment().run(self.activities.apply_addon, given)).summary

    async def refused(self, *objects: Json, **given: Any) -> str:  # noqa: ANN401
        with pytest.raises(ApplicationError) as caught:
            await self.apply(*objects, **{"timeout": 0.3, **given})
        assert caught.value.non_retryable
        return caught.value.message

    @property
    def record(self) -> Record:
        found = self.objects.get("ConfigMap", "trailboss-addon-a")
        assert found
        record = read_config_map(found)
        assert record
        return record

    @property
    def applied(self) -> list[str]:
        """What was done, without the addon's own records."""
        return [line for line in self.objects.log if "trailboss-addon-" not in line]


@pytest_asyncio.fixture
async def farm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Farm]:
    monkeypatch.setattr(work, "_PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(waiting, "_KINDS_WITHIN", 0.1)
    async with ranch(tmp_path, monkeypatch) as on:
        made = Farm(on, AddonActivities(on.pool, tmp_path))

        async def read_texts(_revision: object) -> dict[str, str]:
            return made.texts

        monkeypatch.setattr(module, "load_cluster_at", on.load)
        monkeypatch.setattr(module, "read_texts", read_texts)
        yield made


def an(kind: str, name: str, *, namespace: str = "", annotations: dict[str, str] | None = None, **more: object) -> Json:
    version = {"Deployment": "apps/v1", "Job": "batch/v1", "Cow": "example.com/v1"}.get(kind, "v1")
    metadata: Json = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": version, "kind": kind, "metadata": {**metadata, "annotations": annotations or {}}, **more}


def hook(kind: str, name: str, when: str, **annotations: str) -> Json:
    more = {f"helm.sh/hook-{key.replace('_', '-')}": value for key, value in annotations.items()}
    return an(kind, name, annotations={"helm.sh/hook": when, **more})


CRD = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "cows.example.com"},
    "spec": {"group": "example.com", "scope": "Namespaced", "names": {"kind": "Cow", "plural": "cows"}},
}


async def test_a_definition_is_there_before_its_object(farm: Farm) -> None:
    assert await farm.apply(an("Cow", "berta"), CRD) == "2 objects applied (2 new)"
    assert farm.applied == ["apply CustomResourceDefinition cows.example.com", "apply Cow berta"]
    berta = farm.objects.get("Cow", "berta")
    assert berta
    assert berta["metadata"]["namespace"] == "default"
    assert berta["metadata"]["labels"] == {applyset.PART_OF: applyset.set_id("a")}


async def test_the_record_is_an_apply_set_and_tells_what_was_applied(farm: Farm) -> None:
    await farm.apply(an("ConfigMap", "x", namespace="kube-public"), an("Deployment", "web"))
    found = farm.objects.get("ConfigMap", "trailboss-addon-a")
    assert found
    annotations, labels = found["metadata"]["annotations"], found["metadata"]["labels"]
    assert labels["applyset.kubernetes.io/id"] == applyset.set_id("a")
    assert annotations["applyset.kubernetes.io/tooling"] == "trailboss/v1"
    assert annotations["applyset.kubernetes.io/contains-group-kinds"] == "ConfigMap,Deployment.apps"
    assert annotations["applyset.kubernetes.io/additional-namespaces"] == "default,kube-public"
    api = ClusterApi(farm.on.api.kubeconfig, farm.on.api.port)
    (one,) = seen(api)
    assert (one.digest, one.objects, one.missing, one.unhealthy) == (farm.record.digest, 2, (), ())
    assert one.digest
    farm.objects.kept.pop(("", "ConfigMap", "kube-public", "x"))
    farm.objects.kept["apps", "Deployment", "default", "web"]["status"]["availableReplicas"] = 0
    (one,) = seen(api)
    assert one.missing == ("ConfigMap kube-public/x",)
    assert one.unhealthy == ("Deployment.apps default/web: 0 of 1 replicas are available",)
    api.close()


async def test_hooks_run_in_helms_order_and_are_awaited(farm: Farm) -> None:
    everything = (
        an("Deployment", "web"),
        hook("Job", "after", "post-install"),
        an("Service", "web"),
        hook("Job", "second", "pre-install,pre-upgrade", weight="5"),
        hook("ConfigMap", "first", "pre-install", weight="-1"),
        hook("Job", "test", "test"),
        hook("Job", "only-upgrade", "pre-upgrade"),
        an("Namespace", "farm"),
    )
    assert await farm.apply(*everything) == "3 objects applied (3 new)"
    assert farm.applied == [
        "apply Namespace farm",
        "apply ConfigMap first",
        "apply Job second",
        "apply Service web",
        "apply Deployment web",
        "apply Job after",
    ]
    farm.objects.log.clear()
    await farm.apply(*everything)
    runs = [line for line in farm.applied if "Job" in line]
    assert runs == ["apply Job only-upgrade", "delete Job second", "apply Job second"]


async def test_a_hook_that_fails_keeps_all_that_follows_away(farm: Farm) -> None:
    farm.objects.failing = {"migrate"}
    told = await farm.refused(an("Deployment", "web"), hook("Job", "migrate", "pre-install"))
    assert "a hook did not come to its end: Job.batch default/migrate: it failed: BackoffLimitExceeded" in told
    assert farm.applied == ["apply Job migrate"]
    assert farm.record.digest == ""
    assert not farm.record.installed
    assert await farm.run("remove") == "nothing of it was there"
    assert farm.objects.names("Job") == []


async def test_hooks_go_as_their_policies_say(farm: Farm) -> None:
    farm.objects.failing = {"c"}
    hooks = [hook("Job", "a", "pre-install", delete_policy="hook-succeeded"), hook("Job", "b", "pre-install")]
    await farm.refused(*hooks, hook("Job", "c", "post-install", delete_policy="hook-failed, before-hook-creation"))
    assert farm.objects.names("Job") == ["b"]


async def test_another_attempt_of_the_same_change_runs_no_hook_twice(farm: Farm) -> None:
    farm.objects.sick = {"web"}
    hooks = [
        hook("Job", "once", "pre-install", delete_policy="hook-succeeded"),
        hook("Job", "under-way", "post-install"),
    ]
    await farm.refused(an("Deployment", "web"), *hooks)
    farm.objects.sick = set()
    assert await farm.run("apply", same_change=True)
    assert farm.applied.count("apply Job once") == 1
    farm.objects.put(hook("Job", "other", "x"))
    assert await farm.run("apply", same_change=True)  # its end was not told, so it is asked for once more
    assert farm.applied.count("apply Job under-way") == 1


async def test_a_hook_that_runs_is_attached_to(farm: Farm) -> None:
    farm.objects.sick = {"long"}
    await farm.refused(hook("Job", "long", "pre-install"), an("ConfigMap", "x"))
    farm.objects.sick = set()
    farm.objects._controlled(farm.objects.kept["batch", "Job", "default", "long"])
    await farm.run("apply", same_change=True)
    assert farm.applied == ["apply Job long", "apply ConfigMap x"]


async def test_what_an_addon_has_no_more_is_pruned_once_the_rest_is_healthy(farm: Farm) -> None:
    farm.objects.put(an("ConfigMap", "of-others", namespace="default"))
    await farm.apply(an("ConfigMap", "x"), an("Deployment", "old"))
    farm.objects.sick = {"new"}
    told = await farm.refused(an("ConfigMap", "x"), an("Deployment", "new"))
    assert told == "not healthy after 0.3 s: Deployment.apps default/new: 0 of 1 replicas are available"
    assert farm.objects.names("Deployment") == ["new", "old"]
    farm.objects.sick = set()
    assert await farm.apply(an("ConfigMap", "x"), an("Deployment", "new")) == "2 objects applied; 1 deleted"
    assert farm.objects.names("Deployment") == ["new"]
    assert "of-others" in farm.objects.names("ConfigMap")


async def test_what_may_hold_data_is_kept_and_let_go(farm: Farm) -> None:
    await farm.apply(CRD, an("PersistentVolumeClaim", "data"), an("Cow", "berta"))
    told = await farm.apply(an("ConfigMap", "x"))
    assert "kept CustomResourceDefinition.apiextensions.k8s.io cows.example.com" in told
    assert "kept PersistentVolumeClaim default/data" in told
    assert farm.objects.names("Cow") == []
    kept = farm.objects.get("PersistentVolumeClaim", "data")
    assert kept
    assert kept["metadata"]["labels"] == {}
    await farm.apply(CRD, an("PersistentVolumeClaim", "data"), prune="all")
    await farm.apply(an("ConfigMap", "x"), prune="all")
    assert farm.objects.names("PersistentVolumeClaim") == farm.objects.names("CustomResourceDefinition") == []


async def test_a_namespace_goes_only_if_it_holds_nothing_of_others(farm: Farm) -> None:
    everything = an("Namespace", "farm"), an("ConfigMap", "x", namespace="farm")
    await farm.apply(*everything)
    farm.objects.put(an("Secret", "mine", namespace="farm"))
    told = await farm.apply(an("ConfigMap", "y"))
    assert (
        told
        == "1 objects applied (1 new); 1 deleted; kept Namespace farm: it holds what is not this addon's: Secret mine"
    )
    farm.objects.kept.pop(("", "Secret", "farm", "mine"))
    await farm.apply(*everything)
    farm.objects.put(an("Pod", "of-a-deployment", namespace="farm"), ownerReferences=[{"controller": True}])
    farm.objects.log.clear()
    await farm.apply(an("ConfigMap", "y"))
    assert farm.applied[1:] == ["delete ConfigMap x", "delete Namespace farm"]


async def test_an_addon_that_goes_takes_all_of_its_own_with_it(farm: Farm) -> None:
    farm.objects.put(an("ConfigMap", "of-others", namespace="default"))
    await farm.apply(an("ConfigMap", "x"), an("Deployment", "web"), hook("Job", "migrate", "pre-install"))
    assert await farm.run("remove") == "2 deleted"
    assert farm.objects.names("ConfigMap") == ["of-others"]
    assert farm.objects.names("Deployment") == farm.objects.names("Job") == []
    assert await farm.run("remove") == "it was gone already"


async def test_what_does_not_go_is_told_and_gone_on_with(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REMOVAL_SECONDS", 0.2)
    await farm.apply(an("ConfigMap", "x"))
    farm.objects.stuck = {"x"}
    with pytest.raises(ApplicationError, match=r"still there after 0\.2 s: ConfigMap default/x"):
        await farm.run("remove")
    farm.objects.kept.pop(("", "ConfigMap", "default", "x"))
    await farm.run("remove")
    assert farm.objects.names("ConfigMap") == []


async def test_with_prune_false_all_stays_and_is_nobodys(farm: Farm) -> None:
    await farm.apply(an("ConfigMap", "x"), prune="no")
    assert await farm.run("remove") == "kept ConfigMap default/x: its addon prunes nothing"
    kept = farm.objects.get("ConfigMap", "x")
    assert kept
    assert kept["metadata"]["labels"] == {}


async def test_what_belongs_to_another_addon_is_not_taken(farm: Farm) -> None:
    await farm.apply(an("ConfigMap", "x"))
    owner = farm.on.clusters[revision("b").commit].addons[0]
    told = await farm.refused(an("ConfigMap", "x"), name="b", others=(owner,))
    assert told == "addon b has objects that belong to another one: ConfigMap default/x (of a)"
    moved = owner.model_copy(update={"digest": "without it by now"})
    assert await farm.apply(an("ConfigMap", "x"), name="b", others=(moved,)) == "1 objects applied"


async def test_a_kind_that_nobody_knows_is_told(farm: Farm) -> None:
    told = await farm.refused(an("Cow", "berta"), an("ConfigMap", "x"))
    assert told == "the API server does not know: Cow of example.com/v1"


async def test_a_namespace_that_is_named_and_not_there_is_made_and_never_pruned(farm: Farm) -> None:
    await farm.apply(an("ConfigMap", "x"), namespace="farm")
    assert farm.applied == ["create Namespace farm", "apply ConfigMap x"]
    await farm.run("remove")
    assert farm.objects.names("Namespace") == ["farm"]


async def test_a_newer_change_is_not_written_over(farm: Farm) -> None:
    farm.fence = 8
    await farm.apply(an("ConfigMap", "x"))
    farm.fence = 1
    with pytest.raises(ApplicationError, match="a newer change has it in hand"):
        await farm.run("apply")


async def test_the_record_has_names_and_nothing_of_what_is_in_them(farm: Farm) -> None:
    await farm.apply({**an("Secret", "x"), "stringData": {"key": "hunter2"}})
    found = farm.objects.get("ConfigMap", "trailboss-addon-a")
    assert "hunter2" not in str(found)
    assert found
    assert found["data"]["members"] == "Secret default/x"
