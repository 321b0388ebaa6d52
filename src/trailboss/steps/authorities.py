"""The certificate authorities that all control planes of a cluster share, carried from one to the next.

kubeadm's documented way without a certificate key: what is secret goes from host to host through a worker's memory,
never into the cluster's own Secrets, and no kubeadm command runs on a control plane that serves.
"""

_PKI = "/etc/kubernetes/pki"
_FILES = (
    "ca.crt ca.key sa.key sa.pub front-proxy-ca.crt front-proxy-ca.key etcd/ca.crt etcd/ca.key"  # what kubeadm shares
)

INPUT = "authorities.tar.base64"
READ = f"tar -C {_PKI} -cf - {_FILES} | base64"
UNPACK = f'mkdir -p {_PKI}/etcd && base64 -d "$STEP_DIR/inputs/{INPUT}" | tar -C {_PKI} -xpf -\n'
