import yaml
from tests.unit.plan import world

from trailboss.kubeadm.settings import settings_configuration, settings_digest

RECORDED = {
    "kind": "ClusterConfiguration",
    "kubernetesVersion": "v1.34.4",
    "controlPlaneEndpoint": "old.example.com:6443",
    "featureGates": {"A": True},
    "apiServer": {"extraArgs": [{"name": "v", "value": "2"}], "certSANs": ["x"], "extraVolumes": [{"name": "audit"}]},
    "scheduler": {"extraArgs": [{"name": "v", "value": "9"}]},
}


def test_what_trailboss_does_not_know_of_stays_as_it_is_recorded() -> None:
    cluster = world.cluster(1, 0, version="1.35.3", kubeadm={"api_server_extra_args": {"v": "4"}})
    written = settings_configuration(RECORDED, cluster, cluster.machines[0])
    init, found, kubelet, _ = yaml.safe_load_all(written)
    assert found["apiServer"]["extraVolumes"] == [{"name": "audit"}]
    assert {"name": "v", "value": "4"} in found["apiServer"]["extraArgs"]
    assert {"name": "v", "value": "2"} not in found["apiServer"]["extraArgs"]
    assert found["apiServer"]["certSANs"] == ["10.0.0.1"]
    assert found["scheduler"]["extraArgs"] == []
    kept = ("kubernetesVersion", "controlPlaneEndpoint", "featureGates")
    assert {name: found[name] for name in kept} == {name: RECORDED[name] for name in kept}
    assert (init["localAPIEndpoint"]["advertiseAddress"], kubelet["kind"]) == ("10.0.0.1", "KubeletConfiguration")


def test_a_digest_tells_settings_apart_and_nothing_else() -> None:
    def digest(version: str = "1.34.4", workers: int = 1, **kubeadm: object) -> str:
        return settings_digest(world.cluster(3, workers, version=version, kubeadm=kubeadm))

    assert digest(version="1.35.3", workers=3) == digest()
    assert digest(api_server_extra_args={"--v": "4"}) == digest(api_server_extra_args={"v": "4"}) != digest()
    assert digest(scheduler_extra_args={"v": "4"}) != digest(controller_manager_extra_args={"v": "4"})
    assert digest(api_server_cert_sans=("b", "a")) == digest(api_server_cert_sans=("a", "b")) != digest()


def test_volumes_of_ours_follow_the_manifests_and_those_of_others_stay() -> None:
    volume = {"name": "audit", "host_path": "/a", "mount_path": "/b", "path_type": ""}
    cluster = world.cluster(1, 0, kubeadm={"api_server_extra_volumes": [volume]})
    there = [{"name": "audit"}, {"name": "old"}, {"name": "others"}]
    recorded = {**RECORDED, "apiServer": {"extraVolumes": there}}
    _, found, _, _ = yaml.safe_load_all(settings_configuration(recorded, cluster, cluster.machines[0], ["old"]))
    ours = {"name": "audit", "hostPath": "/a", "mountPath": "/b", "readOnly": True}
    assert found["apiServer"]["extraVolumes"] == [{"name": "others"}, ours]
    assert settings_digest(cluster) != settings_digest(world.cluster(1, 0))
