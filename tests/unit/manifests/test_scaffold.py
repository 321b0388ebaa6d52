"""What `scaffold` writes loads again as it was meant, whatever the cluster."""

import string
from ipaddress import IPv4Address

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trailboss.manifests import load_cluster, load_tree
from trailboss.manifests.scaffold import ScaffoldMachine, ScaffoldSpec, scaffold, scaffold_cluster
from trailboss.model.cluster import ArtifactSource, Cluster, Containerd, Endpoint, Kubeadm
from trailboss.model.machine import Machine, SSHAccess, Taint
from trailboss.model.supported import NEWEST_MINOR, OLDEST_MINOR

NAMES = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
# A name of digits only is no host: it reads as a part of an IPv4 address.
HOSTS = st.from_regex(r"[a-z]([a-z0-9-]{0,10}[a-z0-9])?\.[a-z]{2,5}", fullmatch=True)
# Texts that no YAML can hold are left out: surrogates. Whatever else there is must come back.
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
PORTS = st.integers(1, 65535)
FLAG = st.from_regex(r"[a-z][a-z0-9-]{0,10}", fullmatch=True)
FLAGS = st.dictionaries(FLAG, TEXTS, max_size=3)
KUBELET_FLAGS = st.dictionaries(FLAG, st.from_regex(r"[!#-&(-\[\]-~]{0,9}", fullmatch=True), max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.dictionaries(TEXTS, JSON, max_size=3)
PATHS = st.builds(
    lambda start, rest: start + rest, st.sampled_from(["/", "~/"]), st.text(string.printable.strip(), max_size=9)
)
KEYS = st.sampled_from(["rack", "example.com/rack", "1", "true", "null", "a_b.c"])
VALUES = st.sampled_from(["", "a", "1", "1.5", "true", "null", "0x1f", "1e3", "a_b.c-d"])
SSH = st.builds(
    SSHAccess,
    user=st.from_regex(r"[a-z_][a-z0-9_-]{0,10}", fullmatch=True),
    port=PORTS,
    key_file=st.none() | PATHS,
    known_hosts_file=st.none() | PATHS,
    known_hosts=st.lists(st.sampled_from(["10.0.0.1 ssh-ed25519 AAAA", "@cert-authority *.x ssh-rsa AAAA c: #d"])).map(
        tuple
    ),
    bastion=st.none() | st.builds(lambda host, port: f"jump@{host}:{port}", HOSTS, PORTS),
)
TAINTS = st.lists(
    st.builds(Taint, key=KEYS, value=VALUES, effect=st.sampled_from(["NoSchedule", "PreferNoSchedule", "NoExecute"])),
    unique_by=lambda taint: (taint.key, taint.effect),
    max_size=3,
).map(tuple)
URLS = st.builds(lambda host, port: f"http://{host}:{port}/k8s", HOSTS, PORTS)


@st.composite
def machines(draw: st.DrawFn, version: str) -> tuple[Machine, ...]:
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    made = []
    for number, name in enumerate(sorted(names)):
        ip = str(IPv4Address("172.20.0.10") + number)
        named = draw(st.booleans())
        machine = Machine(
            name=name,
            role="control-plane" if number == 0 else draw(st.sampled_from(["control-plane", "worker"])),
            address=f"host-{number}.example.com" if named else ip,
            private_address=ip if named else None,
            kubernetes_version=version,
            ssh=draw(SSH),
            labels=draw(st.dictionaries(KEYS, VALUES, max_size=3)),
            taints=draw(st.none() | TAINTS),
        )
        made.append(machine)
    return tuple(made)


@st.composite
def clusters(draw: st.DrawFn) -> Cluster:
    version = f"1.{draw(st.integers(OLDEST_MINOR, NEWEST_MINOR))}.{draw(st.integers(0, 30))}"
    return Cluster(
        name=draw(NAMES),
        kubernetes_version=version,
        endpoint=draw(st.none() | st.builds(Endpoint, host=HOSTS, port=PORTS)),
        pod_cidr=draw(st.sampled_from(["10.244.0.0/16", "192.168.0.0/18"])),
        service_cidr=draw(st.sampled_from(["10.96.0.0/12", "10.32.0.0/28"])),
        service_domain=draw(HOSTS),
        image_repository=draw(st.sampled_from(["registry.k8s.io", "registry.example.com:5000/a/b"])),
        pod_network=draw(st.sampled_from(["routes", "none"])),
        artifacts=ArtifactSource(binaries=draw(URLS), images=draw(st.none() | URLS)),
        containerd=Containerd(restrict_oom_score_adj=draw(st.booleans()), cni_bin_dir=draw(st.just("/usr/lib/cni"))),
        kubeadm=Kubeadm(
            api_server_extra_args=draw(FLAGS),
            api_server_cert_sans=tuple(draw(st.lists(HOSTS, max_size=2))),
            controller_manager_extra_args=draw(FLAGS),
            scheduler_extra_args=draw(FLAGS),
            kubelet_extra_args=draw(KUBELET_FLAGS),
            kubelet_configuration=draw(FIELDS),
            kube_proxy_configuration=draw(FIELDS),
            ignore_preflight_errors=tuple(draw(st.lists(st.sampled_from(["NumCPU", "Port-6443"]), max_size=2))),
        ),
        machines=draw(machines(version)),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(clusters())
def test_any_cluster_scaffolds_and_loads_back_equal(cluster: Cluster) -> None:
    assert load_cluster(scaffold_cluster(ScaffoldSpec.of(cluster))) == cluster


def spec() -> ScaffoldSpec:
    return ScaffoldSpec(
        name="demo",
        kubernetes_version="1.34.4",
        endpoint=Endpoint(host="10.0.0.10"),
        ssh=SSHAccess(user="ops", known_hosts_file="/etc/known_hosts", bastion="jump@10.0.0.9"),
        machines=(
            ScaffoldMachine(name="cp-1", role="control-plane", address="10.0.0.11"),
            ScaffoldMachine(name="w-1", role="worker", address="10.0.0.21", ssh=SSHAccess(user="ops", port=2222)),
        ),
    )


def test_machines_have_the_clusters_ssh_unless_they_have_their_own() -> None:
    cluster = load_cluster(scaffold(spec()))
    assert cluster.machine("cp-1").ssh == spec().ssh
    assert cluster.machine("w-1").ssh == SSHAccess(user="ops", port=2222)


def test_the_repository_holds_a_readme_and_no_problem() -> None:
    files = scaffold(spec())
    assert sorted(files) == [".gitignore", "README.md", "clusters/demo/cluster.yaml", "clusters/demo/machines.yaml"]
    assert load_tree(files).problems == ()


def test_every_field_that_is_left_out_is_explained_in_a_comment() -> None:
    text = "".join(
        scaffold_cluster(ScaffoldSpec(name="demo", kubernetes_version="1.34.4", machines=spec().machines[:1])).values()
    )
    for field in (
        "controlPlaneEndpoint",
        "keyFile",
        "knownHostsFile",
        "knownHosts",
        "bastion",
        "images",
        "privateAddress",
    ):
        assert f"# {field}: " in text.replace(":\n", ": \n")


@pytest.mark.parametrize(
    "text", ["\x85", "\u2028", "a\x0cb", "é", "\U0001f40e", " x ", "a: b # c", "- x", "'", '"', "\n---\n", ""]
)
def test_texts_that_yaml_reads_in_its_own_way_come_back(text: str) -> None:
    kubeadm = Kubeadm(api_server_extra_args={"audit-webhook-mode": text})
    files = scaffold_cluster(spec().model_copy(update={"kubeadm": kubeadm}))
    assert load_cluster(files).kubeadm == kubeadm
