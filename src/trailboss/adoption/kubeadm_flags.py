"""The flags that kubeadm itself gives to static pods, in 1.31 to 1.36; read from its source. Others are a user's."""

from typing import Final


def _flags(names: str) -> frozenset[str]:
    return frozenset(names.split())


COMPONENTS: Final = {
    "kube-apiserver": "apiServer",
    "kube-controller-manager": "controllerManager",
    "kube-scheduler": "scheduler",
}
"""The name of each static pod of kubeadm's with settings of ours, and its section of ClusterConfiguration."""

OF_KUBEADM: Final = {
    "kube-apiserver": _flags(
        """advertise-address allow-privileged authorization-mode client-ca-file enable-admission-plugins
        enable-bootstrap-token-auth etcd-cafile etcd-certfile etcd-keyfile etcd-servers feature-gates
        kubelet-client-certificate kubelet-client-key kubelet-preferred-address-types proxy-client-cert-file
        proxy-client-key-file requestheader-allowed-names requestheader-client-ca-file
        requestheader-extra-headers-prefix requestheader-group-headers requestheader-username-headers secure-port
        service-account-issuer service-account-key-file service-account-signing-key-file service-cluster-ip-range
        tls-cert-file tls-private-key-file"""
    ),
    "kube-controller-manager": _flags(
        """allocate-node-cidrs authentication-kubeconfig authorization-kubeconfig bind-address client-ca-file
        cluster-cidr cluster-name cluster-signing-cert-file cluster-signing-key-file controllers feature-gates
        kubeconfig leader-elect requestheader-client-ca-file root-ca-file service-account-private-key-file
        service-cluster-ip-range use-service-account-credentials"""
    ),
    "kube-scheduler": _flags(
        "authentication-kubeconfig authorization-kubeconfig bind-address feature-gates kubeconfig leader-elect"
    ),
}
"""`feature-gates`: kubeadm sets them of its own feature gates."""

OF_EACH_KUBELET: Final = _flags(
    """container-runtime-endpoint hostname-override node-ip node-labels pod-infra-container-image provider-id
    register-with-taints runtime-cgroups"""
)
"""The kubelet's flags that may be another on each host; they stay with the host."""
