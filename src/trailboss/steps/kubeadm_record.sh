# Has kubeadm record the cluster's settings. Set before: bin, kubernetes, config (of kubeadm) and kube_proxy ("yes": its
# configuration changes, too).
set -eu
trap 'rm -f "$config"' EXIT
export KUBECONFIG=$kubernetes/admin.conf PATH="$bin:$PATH"
kubeadm init phase upload-config kubeadm --config "$config" </dev/null
kubeadm init phase upload-config kubelet --config "$config" </dev/null
if [ "$kube_proxy" = yes ]; then
  # Its pods read their configuration when they start.
  kubeadm init phase addon kube-proxy --config "$config" </dev/null
  kubectl --namespace kube-system rollout restart daemonset/kube-proxy </dev/null
  kubectl --namespace kube-system rollout status daemonset/kube-proxy --timeout=10m </dev/null
fi
