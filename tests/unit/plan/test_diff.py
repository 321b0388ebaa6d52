"""In what two clusters differ, in words; nothing for equal ones, and never nothing for others."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.plan import world

from trailboss.model.addons import Addon
from trailboss.model.base import Frozen
from trailboss.model.cluster import ArtifactSource, Cluster, Containerd, Endpoint, Kubeadm
from trailboss.model.machine import SSHAccess, Taint
from trailboss.model.rollout import Drain, MaxUnavailable, Rollout, Snapshots, Window
from trailboss.plan.diff import differences

NIGHT = Window(start="22:00", duration=timedelta(hours=4), zone="Europe/Berlin")


def words(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [str(one) for one in differences(world.cluster(**before), world.cluster(**after))]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"version": "1.33.4"}, {"version": "1.34.4"}, ["Kubernetes 1.33.4 → 1.34.4"]),
        ({}, {"workers": 2}, ["w-2 added (10.0.1.2)"]),
        ({}, {"control_planes": 2}, ["cp-3 removed (10.0.0.3, control plane)"]),
        (
            {"machines": {"cp-2": {"labels": {"zone": "a", "old": "x"}}}},
            {"machines": {"cp-2": {"labels": {"zone": "b", "new": "y"}}}},
            ["cp-2: label new added: y", "cp-2: label old removed, was x", "cp-2: label zone a → b"],
        ),
        (
            {"rollout": Rollout()},
            {"rollout": Rollout(max_unavailable=MaxUnavailable(percent=25), soak=timedelta(seconds=90))},
            ["rollout.maxUnavailable 1 → 25%", "rollout.soak 10s → 1m30s"],
        ),
        (
            {"kubeadm": Kubeadm(api_server_extra_args={"audit-log-maxage": "7"})},
            {"kubeadm": Kubeadm(api_server_extra_args={"audit-log-maxage": "30"})},
            ["API server argument audit-log-maxage: 7 → 30"],
        ),
        (
            {},
            {"kubeadm": Kubeadm(kubelet_configuration={"maxPods": 200, "evictionHard": {"memory.available": "1Gi"}})},
            [
                "kubelet configuration evictionHard added: memory.available=1Gi",
                "kubelet configuration maxPods added: 200",
            ],
        ),
        (
            {"kubeadm": Kubeadm(kubelet_configuration={"evictionHard": {"memory.available": "1Gi"}})},
            {"kubeadm": Kubeadm(kubelet_configuration={"evictionHard": {"memory.available": "2Gi"}})},
            ["kubelet configuration evictionHard.memory.available: 1Gi → 2Gi"],
        ),
        (
            {"kubeadm": Kubeadm(api_server_cert_sans=("a.example",))},
            {"kubeadm": Kubeadm(api_server_cert_sans=("b.example",))},
            ["name in API server certificates a.example removed", "name in API server certificates b.example added"],
        ),
        (
            {},
            {"endpoint": Endpoint(host="api.example"), "waived": ("Memory",)},
            ["control plane endpoint none → api.example:6443", "waived check Memory added"],
        ),
        (
            {},
            {"rollout": Rollout(windows=(NIGHT,), approval=True)},
            [
                "window Mon,Tue,Wed,Thu,Fri,Sat,Sun 22:00 for 4h Europe/Berlin added",
                "rollout.approval false → true",
            ],
        ),
        (
            {"machines": {"w-1": {"taints": None}}},
            {"machines": {"w-1": {"taints": (Taint(key="gpu", effect="NoSchedule"),)}}},
            ["w-1: taint none → gpu:NoSchedule"],
        ),
        (
            {"machines": {"w-1": {"address": "10.0.0.8"}}},
            {"machines": {"w-1": {"address": "10.0.0.9", "ssh": SSHAccess(user="ops", port=2222)}}},
            ["w-1: address 10.0.0.8 → 10.0.0.9", "w-1: ssh.user root → ops", "w-1: ssh.port 22 → 2222"],
        ),
        ({}, {"destroy": True}, ["destroy false → true"]),
        (
            {"addons": (Addon(name="db", digest="a"), Addon(name="web", digest="a"))},
            {"addons": (Addon(name="dns"), Addon(name="web", digest="b", files=("addons/web.yaml",)))},
            ["addon db removed", "addon dns added", "addon web content: another value"],
        ),
        (
            {"addons": (Addon(name="web", digest="a"),)},
            {"addons": (Addon(name="web", digest="b", namespace="shop"),)},
            ["addon web namespace: default → shop"],
        ),
    ],
)
def test_differences_in_the_fields_words(before: dict[str, Any], after: dict[str, Any], expected: list[str]) -> None:
    assert words(before, after) == expected


@pytest.mark.parametrize(
    "arguments",
    [{"some-token": "s3cr3t-one"}, {"etcd-password": "s3cr3t"}, {"service-account-key": "s3cr3t" * 20}],
)
def test_what_may_be_secret_is_told_to_differ_and_not_shown(arguments: dict[str, str]) -> None:
    other = {name: f"{value}2" for name, value in arguments.items()}
    found = differences(
        world.cluster(kubeadm=Kubeadm(api_server_extra_args=arguments)),
        world.cluster(kubeadm=Kubeadm(api_server_extra_args=other)),
    )
    assert [one.words for one in found] == [f"API server argument {name}: another value" for name in arguments]
    assert "s3cr3t" not in found[0].model_dump_json()


def test_passwords_in_addresses_are_not_shown() -> None:
    after = world.cluster(artifacts=ArtifactSource(binaries="https://me:s3cr3t@mirror.example"))
    (found,) = differences(world.cluster(), after)
    assert found.words == "artifacts.binaries https://dl.k8s.io → https://…@mirror.example"


TAINT, OTHER = Taint(key="a", effect="NoSchedule"), Taint(key="b", value="x", effect="NoSchedule")
HOURS = tuple(Window(start="03:30", duration=timedelta(hours=hours)) for hours in (1, 2))
DEEP = ({}, {"a": 1}, {"a": None}, {"a": {"b": "x"}}, {"a": {"b": "x" * 90}, "c": [1, 2]}, {"a": {"b": "y" * 90}})
LISTS = ((), ("a",), ("a", "b"), ("b", "a"), ("a", "a"), ("line\nline",))
# By field: values of which any two differ, but for the first two of `number`.
CHOICES: dict[str, tuple[Any, ...]] = {
    "kubernetes_version": ("1.33.4", "1.34.4"),
    "endpoint": (None, Endpoint(host="api"), Endpoint(host="api", port=8443)),
    "kubeadm": tuple(
        Kubeadm(kubelet_configuration=deep, api_server_cert_sans=names, scheduler_extra_args=arguments)
        for deep, names, arguments in zip(
            DEEP, LISTS, ({}, {"a": ""}, {"a": "1"}, {"b-token": "1"}, {"b-token": "2"}, {}), strict=True
        )
    ),
    "rollout": tuple(
        Rollout(max_unavailable=most, windows=windows, drain=Drain(grace=grace))
        for most, windows, grace in (
            (MaxUnavailable(), (), None),
            (MaxUnavailable(number=3), HOURS, timedelta(seconds=90)),
            (MaxUnavailable(percent=5), HOURS[::-1], timedelta(seconds=91)),
            (MaxUnavailable(number=3, percent=5), HOURS, None),
        )
    ),
    "waived": LISTS,
    "containerd": (Containerd(), Containerd(restrict_oom_score_adj=True)),
    "snapshots": (Snapshots(), Snapshots(store="s3://a/b"), Snapshots(store="/a", keep=2)),
}
OF_MACHINES: dict[str, tuple[Any, ...]] = {
    "address": ("10.0.0.1", "10.0.0.2", "x" * 90, "y" * 90),
    "private_address": (None, "", "10.1.0.1"),
    "ssh": tuple(SSHAccess(known_hosts=names) for names in LISTS),
    "labels": ({}, {"a": "1"}, {"a": "2"}, {"b": ""}),
    "taints": (None, (), (TAINT,), (TAINT, OTHER), (OTHER, TAINT)),
    "kubernetes_version": ("1.33.4", "1.34.4"),
}


def chosen(choices: dict[str, tuple[Any, ...]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in choices.items()})


@st.composite
def clusters(draw: st.DrawFn) -> Cluster:
    names = draw(st.lists(st.sampled_from(["cp-1", "w-1", "w-2"]), unique=True, max_size=3))
    machines = [world.machine(name).model_copy(update=draw(chosen(OF_MACHINES))) for name in names]
    return world.cluster(0, 0).model_copy(update={**draw(chosen(CHOICES)), "machines": tuple(machines)})


@settings(deadline=None)
@given(clusters(), clusters())
def test_equal_clusters_do_not_differ_and_all_others_do(one: Cluster, other: Cluster) -> None:
    assert differences(one, one) == ()
    found = differences(one, other)
    assert bool(found) == (one != other)
    assert all(difference.words and "\n" not in difference.words for difference in found)
    assert bool(differences(other, one)) == bool(found)


@pytest.mark.parametrize(("field", "values"), CHOICES.items(), ids=str)
def test_any_two_values_of_a_field_differ(field: str, values: tuple[Any, ...]) -> None:
    made = [world.cluster().model_copy(update={field: value}) for value in values]
    assert all(differences(one, other) for one in made for other in made if one is not other)


def test_every_field_of_the_models_is_compared() -> None:
    """A field that somebody adds to the model is told without a word being written for it."""

    class More(Frozen):
        new_thing: int = 1

    before, after = world.cluster(kubeadm=Kubeadm()), world.cluster(kubeadm=Kubeadm())
    for number, cluster in enumerate((before, after)):
        object.__setattr__(cluster, "snapshots", More(new_thing=number))
    assert [one.words for one in differences(before, after)] == ["snapshots.newThing 0 → 1"]
