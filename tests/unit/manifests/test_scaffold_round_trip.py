"""Whatever the cluster, what `scaffold_cluster` writes loads back as the same."""

import string
from datetime import timedelta
from ipaddress import IPv4Address

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trailboss.manifests import load_cluster
from trailboss.manifests.scaffold import ScaffoldSpec, scaffold_cluster
from trailboss.model.checks import OWN_CHECKS
from trailboss.model.cluster import ArtifactSource, Cluster, Containerd, Endpoint, HostFile, Kubeadm, Proxy, Volume
from trailboss.model.machine import Machine, SSHAccess, Taint
from trailboss.model.rollout import EVERY_DAY, Drain, MaxUnavailable, Rollout, Snapshots, Window
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


def durations(least: int, most: int) -> st.SearchStrategy[timedelta]:
    return st.integers(least, most).map(lambda seconds: timedelta(seconds=seconds))


WINDOWS = st.builds(
    Window,
    days=st.lists(st.sampled_from(EVERY_DAY), unique=True, min_size=1).map(tuple),
    start=st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.integers(0, 59)),
    duration=durations(1, 86400),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"]),
)
ROLLOUTS = st.builds(
    Rollout,
    max_unavailable=st.builds(MaxUnavailable, number=st.integers(1, 10**6))
    | st.builds(MaxUnavailable, percent=st.integers(1, 100)),
    first_alone=st.booleans(),
    soak=durations(0, 10**6),
    failure_budget=st.integers(0, 10**6),
    drain=st.builds(
        Drain,
        timeout=durations(3600, 10**6),
        grace=st.none() | durations(1, 3600),
        when_blocked=st.sampled_from(["wait", "ask", "force"]),
        unmanaged=st.booleans(),
        local_data=st.booleans(),
    ),
    windows=st.lists(WINDOWS, max_size=2).map(tuple),
    approval=st.booleans(),
    remove_at_most=st.none() | st.integers(1, 10**6),
)
STORES = st.none() | PATHS | st.sampled_from(["s3://backups", "s3://my.backups/etcd/a:b@c"])
FILES = st.lists(
    st.builds(HostFile, path=st.sampled_from(["/etc/a", "/etc/b-c", "/opt/x"]), content=TEXTS, mode=st.just("0640")),
    unique_by=lambda file: file.path,
    max_size=2,
).map(tuple)
PROXIES = st.builds(Proxy, http=URLS, https=st.none() | URLS, no_proxy=st.lists(HOSTS, max_size=2).map(tuple))
VOLUMES = st.lists(
    st.builds(
        Volume,
        name=NAMES,
        host_path=st.just("/etc/a"),
        mount_path=NAMES.map(lambda name: f"/{name}"),
        read_only=st.booleans(),
        path_type=st.sampled_from(["", "File", "DirectoryOrCreate"]),
    ),
    unique_by=(lambda volume: volume.name, lambda volume: volume.mount_path),
    max_size=2,
).map(tuple)


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
        proxy=draw(st.none() | PROXIES),
        files=draw(FILES),
        kubeadm=Kubeadm(
            api_server_extra_volumes=draw(VOLUMES),
            api_server_extra_args=draw(FLAGS),
            api_server_cert_sans=tuple(draw(st.lists(HOSTS, max_size=2))),
            controller_manager_extra_args=draw(FLAGS),
            scheduler_extra_args=draw(FLAGS),
            kubelet_extra_args=draw(KUBELET_FLAGS),
            kubelet_configuration=draw(FIELDS),
            kube_proxy_configuration=draw(FIELDS),
            ignore_preflight_errors=tuple(draw(st.lists(st.sampled_from(["NumCPU", "Port-6443"]), max_size=2))),
        ),
        rollout=draw(ROLLOUTS),
        snapshots=Snapshots(store=draw(STORES), keep=draw(st.integers(1, 100))),
        waived=tuple(draw(st.lists(st.sampled_from(OWN_CHECKS), max_size=3))),
        destroy=draw(st.booleans()),
        machines=draw(machines(version)),
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(clusters())
def test_any_cluster_scaffolds_and_loads_back_equal(cluster: Cluster) -> None:
    assert load_cluster(scaffold_cluster(ScaffoldSpec.of(cluster))) == cluster
