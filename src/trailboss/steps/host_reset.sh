# Takes this host out of its cluster for good, so that another cluster can have it at once. May be cut off anywhere and
# run again; the mark goes last, when the host is given up. Set before: bin, socket, member (the mark), unit (of the
# routes to pods), files (ours, words), networks (the CNI plugins' records), protocol (of our routes), state (what goes
# of our own, words) and folders (words).
set -u
failed() { echo "$1" >&2; exit 1; }

# From here on this host counts as half-made: should it join again, that begins with what is done here.
mkdir -p "${member%/*}"
echo reset-begun > "$member.new" && sync "$member.new" && mv -f "$member.new" "$member" || exit 1

# Disabled first, so that a reboot in the middle does not bring the pods back.
systemctl disable -q --now kubelet 2>/dev/null
if systemctl is-active -q kubelet; then failed "the kubelet does not stop"; fi

# etcd's membership has been seen to, and other members must not be asked again while this host's files go.
if [ -x "$bin/kubeadm" ]; then
  "$bin/kubeadm" reset --force --cri-socket "$socket" --skip-phases remove-etcd-member --cleanup-tmp-dir </dev/null ||
    failed "kubeadm reset failed"
fi
if systemctl is-active -q containerd; then
  for task in $(ctr -n k8s.io tasks ls -q </dev/null); do
    echo "ending container $task, which kubeadm left"
    ctr -n k8s.io tasks kill --signal SIGKILL "$task" </dev/null
  done
  # kubeadm only warns of a pod that it cannot remove. The next kubelet would take its sandbox for its own: a static pod
  # of the same manifest has the same uid. The runtime forgets them when it starts; containers of others run on meanwhile.
  left=$(ctr -n k8s.io containers ls -q </dev/null)
  for container in $left; do
    echo "removing container $container, which kubeadm left"
    ctr -n k8s.io tasks delete --force "$container" </dev/null >/dev/null 2>&1
    ctr -n k8s.io containers delete "$container" </dev/null
  done
  if [ -n "$left" ]; then systemctl restart containerd || failed "containerd does not restart"; fi
fi

systemctl disable -q --now "$unit" 2>/dev/null
# shellcheck disable=SC2086 # they are words
rm -f $files
rm -rf "$networks" /var/lib/cni/cache/results/trailboss-*
systemctl daemon-reload
systemctl reset-failed kubelet "$unit" 2>/dev/null
ip route flush proto "$protocol" 2>/dev/null
for link in cni0 flannel.1 kube-ipvs0; do ip link delete "$link" 2>/dev/null; done

# Whatever back end the rules are in: those of kube-proxy and the kubelet, and our own.
for family in iptables iptables-nft iptables-legacy ip6tables ip6tables-nft ip6tables-legacy; do
  command -v "$family-save" >/dev/null || continue
  rules=$("$family-save" 2>/dev/null) || continue
  case $rules in
    *KUBE-* | *TRAILBOSS-POD-NETWORK*)
      grep -Ev 'KUBE-|TRAILBOSS-POD-NETWORK' <<< "$rules" | "$family-restore" || failed "$family-restore failed"
      ;;
  esac
done
for family in ip ip6; do nft delete table "$family" kube-proxy 2>/dev/null; done

# A volume that is still mounted is somebody's data: nothing below a mount point is removed, ever.
for folder in $folders; do
  [ -d "$folder" ] || continue
  if grep -q " $folder/" /proc/self/mounts; then failed "something is still mounted below $folder"; fi
  find "$folder" -xdev -mindepth 1 -delete || failed "cannot empty $folder"
done
# shellcheck disable=SC2086 # they are words
rm -rf $state
echo "this host is free"
