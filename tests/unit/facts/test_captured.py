"""Whole outputs, captured from hosts in the lab: bare, a control plane, a worker."""

from pathlib import Path

import pytest

from trailboss.facts import Binary, MachineFacts, parse
from trailboss.model.errors import TemporaryError

CAPTURED = Path(__file__).parent / "captured"


def facts_of(name: str, read_at: float | None = None) -> MachineFacts:
    return parse((CAPTURED / f"{name}.txt").read_text(), read_at=read_at)


def test_a_bare_host() -> None:
    facts = facts_of("bare-host")
    assert (facts.hostname, facts.os_id, facts.os_version, facts.architecture) == ("cp-1", "debian", "12", "amd64")
    assert (facts.cpus, facts.memory_bytes, facts.cgroup_version) == (2, 24684096 * 1024, 1)
    assert facts.containerd_version == "1.6.20"
    assert facts.missing_tools == ()
    assert facts.overlay
    assert facts.bridge_netfilter
    assert facts.addresses == ("10.87.0.11",)
    assert not facts.binaries
    assert (facts.owner, facts.member, facts.kubernetes_traces) == ("", "", ())
    assert not facts.carries_other_kubernetes


def test_a_control_plane() -> None:
    facts = facts_of("control-plane")
    assert facts.binaries["kubelet"] == Binary(path="/usr/local/bin/kubelet", version="1.34.4")
    assert facts.has_binary("/usr/local/bin/kubeadm", "1.34.4")
    assert not facts.has_binary("/usr/bin/kubeadm", "1.34.4")
    assert facts.is_member
    assert (facts.owner, facts.member, facts.half_made) == ("demo", "init", False)
    assert facts.etcd_data
    assert "/etc/kubernetes/manifests/etcd.yaml" in facts.kubernetes_traces
    assert facts.pod_routes == {"10.244.1.0/24": "10.87.2.12", "10.244.2.0/24": "10.87.2.101"}
    assert facts.images == frozenset(facts.image_lists["1.34.4"])
    assert facts.kubelet_active
    assert facts.pod_routes_active


def test_a_worker_has_the_images_a_worker_needs() -> None:
    facts = facts_of("worker")
    assert facts.member == "join"
    assert not facts.etcd_data
    names = {reference.rpartition("/")[2].partition(":")[0] for reference in facts.image_lists["1.34.4"]}
    assert names == {"coredns", "kube-proxy", "pause"}


def test_the_clock_is_compared_with_the_readers() -> None:
    facts = facts_of("worker")
    assert facts.clock_skew_seconds is None
    skewed = facts_of("worker", read_at=facts.epoch + 90)
    assert skewed.clock_skew_seconds == pytest.approx(-90)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.99])
def test_output_that_came_only_in_part_is_no_facts(share: float) -> None:
    whole = (CAPTURED / "control-plane.txt").read_text()
    with pytest.raises(TemporaryError, match="in part"):
        parse(whole[: int(len(whole) * share)])
