"""A cluster as an administrator makes it by hand: kubeadm's commands, programs where packages put them, a CNI plugin.

Nothing of Trailboss is used, nor written where it writes. The hosts have no internet: programs and images come from the
lab's mirror, by the functions of benchmarks/plain_host.sh.
"""

from pathlib import Path

from trailboss.lab.engine.docker import docker
from trailboss.lab.hosts import Host, Lab

PODS = "10.244.0.0/16"
_FUNCTIONS = Path(__file__).parents[2] / "benchmarks" / "plain_host.sh"
_IGNORED = "SystemVerification,HTTPProxyCIDR"
_LONG = 900

_PREPARE = """
for key in net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables; do
  [ "$(sysctl -n "$key")" = 1 ] || sysctl -qw "$key=1"
done
cat > /etc/containerd/config.toml <<'END'
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10"
  restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
END
systemctl enable -q containerd && systemctl restart containerd
binaries @MIRROR@/release/v@VERSION@/bin/linux/amd64 /usr/bin
images @MIRROR@/images/v@VERSION@ .
mkdir -p /usr/lib/systemd/system/kubelet.service.d
cat > /usr/lib/systemd/system/kubelet.service <<'END'
[Unit]
Description=kubelet: The Kubernetes Node Agent
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
END
cat > /usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf <<'END'
[Service]
Environment="BOOTSTRAP=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf"
Environment="KUBECONFIG_ARGS=--kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $BOOTSTRAP $KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
END
echo 'KUBELET_EXTRA_ARGS=--node-ip=@ADDRESS@' > /etc/default/kubelet
systemctl daemon-reload
systemctl enable -q kubelet
"""

_INIT = """
cat > /root/kubeadm.yaml <<'END'
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: @ADDRESS@}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v@VERSION@
controlPlaneEndpoint: "@ENDPOINT@"
networking: {podSubnet: @PODS@}
apiServer:
  extraArgs: [{name: audit-log-maxage, value: "7"}]
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
failSwapOn: false
failCgroupV1: false
resolvConf: /etc/trailboss-lab/resolv.conf
evictionHard: {imagefs.available: 0%, nodefs.available: 0%, nodefs.inodesFree: 0%}
imageGCHighThresholdPercent: 100
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
conntrack: {maxPerCore: 0}
END
kubeadm init --config /root/kubeadm.yaml --ignore-preflight-errors=@IGNORED@ --skip-token-print >&2
"""

# The reference plugin, and routes by hand; each node bridges its own part of the pods' range.
_NETWORK = """
mkdir -p /etc/cni/net.d
cat > /etc/cni/net.d/10-bridge.conflist <<'END'
{"cniVersion": "1.0.0", "name": "by-hand", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "@OWN@"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
END
"""


def make(lab: Lab, version: str) -> None:
    """Make a cluster of all hosts of the lab, the first control plane first; returns once every node is Ready."""
    first = lab.control_planes[0]
    for host in lab.hosts:
        _run(lab, host, version, _PREPARE)
    _run(lab, first, version, _INIT)
    join = _run(lab, first, version, "kubeadm token create --print-join-command").splitlines()[-1]
    for host in lab.workers:
        _run(lab, host, version, f"{join} --ignore-preflight-errors={_IGNORED} >&2")
    _set_up_network(lab, first, version)
    _run(lab, first, version, f"until [ $(count_ready) = {len(lab.hosts)} ]; do sleep 1; done")
    _run(lab, first, version, "kubectl -n kube-system rollout status deployment/coredns --timeout=300s >&2")


def _set_up_network(lab: Lab, first: Host, version: str) -> None:
    wait = f"until [ \"$(list_nodes | awk 'NF == 3' | wc -l)\" = {len(lab.hosts)} ]; do sleep 1; done; list_nodes"
    nodes = [line.split() for line in _run(lab, first, version, wait).splitlines()]
    for name, _, own in nodes:
        routes = [f"ip route replace {cidr} via {address}" for other, address, cidr in nodes if other != name]
        _run(lab, lab.host(name), version, "\n".join([_NETWORK.replace("@OWN@", own), *routes]))


def _run(lab: Lab, host: Host, version: str, script: str) -> str:
    """Run a script on a host, with the functions of plain_host.sh; names between @ are filled in."""
    endpoint, port = lab.api_endpoint
    values = {
        "MIRROR": lab.artifacts_url,
        "VERSION": version,
        "ADDRESS": host.address,
        "ENDPOINT": f"{endpoint}:{port}",
        "PODS": PODS,
        "IGNORED": _IGNORED,
    }
    for name, value in values.items():
        script = script.replace(f"@{name}@", value)
    whole = f"{_FUNCTIONS.read_text()}\n{script}\n"
    return docker("exec", host.container, "bash", "-c", whole, timeout=_LONG)
