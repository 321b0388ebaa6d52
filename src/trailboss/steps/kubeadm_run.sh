# Makes this host a member of its cluster, or finishes what an earlier attempt began. Set before: verb (init or join),
# under_way (the mark until kubeadm has ended well), options, node, api, bin, member, socket, cni_config, config, and the
# functions finished, place_authorities and leave_etcd.
set -u
trap 'rm -f "$config"' EXIT
export KUBECONFIG=/etc/kubernetes/admin.conf PATH="$bin:$PATH"

k() { "$bin/kubectl" --request-timeout=10s "$@" </dev/null; }

mark() {
  mkdir -p "${member%/*}"
  echo "$1" > "$member.new" && sync "$member.new" && mv -f "$member.new" "$member"
}

traces() {
  ls /etc/kubernetes/*.conf /etc/kubernetes/manifests/*.yaml 2>/dev/null
  [ ! -d /var/lib/etcd/member ] || echo /var/lib/etcd/member
}

# After a reboot in the middle, the API server of this host needs its time to come up.
api_answers() {
  [ -e /etc/kubernetes/admin.conf ] && [ -e /etc/kubernetes/manifests/kube-apiserver.yaml ] || return 1
  systemctl is-active -q kubelet || return 1
  for _ in $(seq 60); do
    if k --server="$api" get --raw=/readyz >/dev/null 2>&1; then return 0; fi
    sleep 1
  done
  return 1
}

# kubeadm's own way back; it removes /etc/kubernetes/pki too.
reset() {
  echo "an earlier kubeadm $verb was cut off: resetting"
  # kubeadm refuses to join under the name of a node that is Ready; the half-made one may be.
  if [ "$verb" = join ] && [ -e "$KUBECONFIG" ]; then
    k delete --ignore-not-found --wait=false node "$node" || true
  fi
  leave_etcd || return
  "$bin/kubeadm" reset --force --cri-socket "$socket" </dev/null || return
  if [ -e "$cni_config" ]; then
    rm -f "$cni_config"; rm -rf /var/lib/cni/networks/trailboss
    ip link delete cni0 2>/dev/null || true
  fi
}

begun=$(cat "$member" 2>/dev/null || true)
case $begun in
  init | join | adopted) echo "this host is a member already"; exit 0 ;;
  *-begun)
    if finished; then mark "$verb"; echo "an earlier kubeadm $verb had ended well"; exit 0; fi
    if [ -n "$(traces)" ]; then reset || { echo "kubeadm reset failed" >&2; exit 1; }; fi
    ;;
  *)
    if [ -n "$(traces)" ]; then
      echo "this host carries Kubernetes that Trailboss did not put there: $(traces | tr '\n' ' ')" >&2
      exit 1
    fi
    ;;
esac

mark "$under_way" || exit 1
place_authorities || exit
# shellcheck disable=SC2086 # options are words
"$bin/kubeadm" "$verb" --config "$config" $options </dev/null || exit
mark "$verb"
