"""What of kubelet's and kube-proxy's configurations is not kubeadm's own doing: that is for the manifests to say."""

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any, Final

_KUBELET: Final[Mapping[str, Any]] = {
    "authentication": {
        "anonymous": {"enabled": False},
        "webhook": {"enabled": True},
        "x509": {"clientCAFile": "/etc/kubernetes/pki/ca.crt"},
    },
    "authorization": {"mode": "Webhook"},
    "cgroupDriver": "systemd",
    "healthzBindAddress": "127.0.0.1",
    "healthzPort": 10248,
    "rotateCertificates": True,
    "staticPodPath": "/etc/kubernetes/manifests",
    "containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock",
    "imageServiceEndpoint": "",
}
_KUBE_PROXY: Final[Mapping[str, Any]] = {
    "bindAddress": "0.0.0.0",  # noqa: S104 - kubeadm's value, compared with
    "bindAddressHardFail": False,
    "clientConnection": {"kubeconfig": "/var/lib/kube-proxy/kubeconfig.conf", "burst": 0, "qps": 0},
    "conntrack": {"tcpBeLiberal": False},
    "enableProfiling": False,
    "iptables": {"masqueradeAll": False},
    "ipvs": {"strictARP": False},
    "nftables": {"masqueradeAll": False},
    "winkernel": {"enableDSR": False, "forwardHealthCheckVip": False},
    "windowsRunAsService": False,
}
_OF_EVERY = {"apiVersion": None, "kind": None}
# Zeros that stand for "nobody has said anything": fields without a value of their own are written like this.
_LOGGING = {
    "flushFrequency": 0,
    "options": {"json": {"infoBufferSize": "0"}, "text": {"infoBufferSize": "0"}},
    "verbosity": 0,
}
_UNSAID: Final[tuple[Any, ...]] = (None, "", "0s", {}, [])


def kubelet(seen: Mapping[str, Any], *, services: str, domain: str) -> dict[str, Any]:
    """Return the fields of KubeletConfiguration that kubeadm did not choose.

    `services`: range of the services' addresses, the tenth of which is DNS's; `domain`: theirs.
    """
    own = {**_KUBELET, "clusterDNS": _dns(services), "clusterDomain": domain, "logging": _LOGGING}
    return _beyond(seen, own)


def kube_proxy(seen: Mapping[str, Any], *, pods: str) -> dict[str, Any]:
    """Return the fields of KubeProxyConfiguration that kubeadm did not choose. `pods`: range of the pods' addresses."""
    return _beyond(seen, {**_KUBE_PROXY, "clusterCIDR": pods, "logging": _LOGGING})


def _beyond(seen: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in seen.items():
        if name in _OF_EVERY:
            continue
        known = own.get(name)
        if isinstance(value, Mapping):
            value = _beyond(value, known if isinstance(known, Mapping) else {})  # noqa: PLW2901 - what is left of it
        elif name in own and value == known:
            continue
        if value not in _UNSAID:
            found[name] = value
    return found


def _dns(services: str) -> list[str]:
    try:
        return [str(IPv4Network(services)[10])]
    except (ValueError, IndexError):
        return []
