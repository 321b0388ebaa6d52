# Upgrades this host with kubeadm, or finishes what an earlier attempt began. Set before: verb (apply or node), version
# (without v), role, api (of this host), endpoint (of the cluster, "" where this is the only control plane), bin, mark
# (a file), settings and lent (others), kubernetes (kubeadm's folder) and config.
set -u
trap 'give_back; rm -f "$config"' EXIT
export KUBECONFIG=/etc/kubernetes/admin.conf PATH="$bin:$PATH"
kubeconfig=$kubernetes/kubelet.conf manifests=$kubernetes/manifests copies=$kubernetes/tmp # kubeadm keeps there what it replaces
components="kube-apiserver kube-controller-manager kube-scheduler"

fail() { echo "$1" >&2; exit 1; }

put_mark() {
  mkdir -p "${mark%/*}"
  echo "$1" > "$mark.new" && sync "$mark.new" && mv -f "$mark.new" "$mark"
}

# Nothing to say of a worker: kubeadm leaves no trace of the version there.
serves() {
  local component
  [ "$role" = control-plane ] || return 0
  for component in $components; do
    grep -Eq "/$component:v${version//./[.]}([^0-9A-Za-z.-]|\$)" "$manifests/$component.yaml" 2>/dev/null || return 1
  done
}

# kubeadm takes a manifest away before it puts the new one in its place. Without that of the API server it would take
# this host for a worker, and leave it so.
restore() {
  local component file copy each
  for component in etcd $components; do
    file=$manifests/$component.yaml copy=
    [ ! -s "$file" ] || continue
    case $state in *begun) ;; *) fail "$file is gone, and no upgrade of ours was cut off here" ;; esac
    for each in "$copies"/kubeadm-backup-manifests-*/"$component.yaml"; do
      if [ -s "$each" ]; then copy=$each; fi
    done
    [ -n "$copy" ] || fail "$file is gone, and kubeadm kept no copy of it in $copies"
    cp -p "$copy" "$copies/$component.restored" && sync "$copies/$component.restored" || exit 1
    mv -f "$copies/$component.restored" "$file" || exit 1
    echo "$component: put the manifest back that an upgrade which was cut off had taken away"
  done
}

answers() { # URL
  "$bin/kubectl" --request-timeout=10s --server="$1" get --raw=/readyz </dev/null >/dev/null 2>&1
}

kubelet_asks() { # URL
  sed "s#^\( *server: \).*#\1$1#" "$kubeconfig" > "$kubeconfig.new" && chmod 600 "$kubeconfig.new" &&
    sync "$kubeconfig.new" && mv -f "$kubeconfig.new" "$kubeconfig" && systemctl restart kubelet
}

# kubeadm has the kubelet of a control plane ask its own API server. That cannot answer while the etcd beside it restarts,
# and the kubelet starts no static pod before it was told of the old one's end: each restart then takes a time-out of 34 s
# or two. Until kubeadm is through, this kubelet asks the other API servers, as kubelets of workers do.
lend() {
  local own
  own=$(sed -n 's/^ *server: *//p' "$kubeconfig" 2>/dev/null | head -n 1)
  [ -n "$endpoint" ] && [ "$own" = "$api" ] && answers "$endpoint" || return 0
  echo "$own" > "$lent.new" && sync "$lent.new" && mv -f "$lent.new" "$lent" && kubelet_asks "$endpoint"
}

give_back() {
  [ -s "$lent" ] || return 0
  kubelet_asks "$(cat "$lent")" && rm -f "$lent"
}

# After a reboot in the middle, the API server of this host needs its time to come up.
wait_for_api() {
  systemctl is-active -q kubelet || systemctl start kubelet
  for _ in $(seq 120); do
    if answers "$api"; then return; fi
    sleep 1
  done
  echo "the API server of this host is not ready; kubeadm goes on all the same"
}

# kubeadm keeps etcd's data and the manifests of each run, those cut off included; the last are enough.
tidy() {
  local kind
  for kind in backup-etcd backup-manifests upgraded-manifests kubelet-config; do
    ls -1dt "$copies/kubeadm-$kind"* 2>/dev/null | tail -n +2 | xargs -r rm -rf
  done
}

state=$(cat "$mark" 2>/dev/null || true) after=
case $state in
  "$version apply" | "$version $verb")
    if serves; then echo "nothing to do: upgraded to $version before"; exit 0; fi
    after="though it had been before: its static pods were of another version"
    ;;
  "$version apply begun")
    # What apply does for the whole cluster may not all be done, and node does not do it.
    verb=apply after="after an earlier kubeadm upgrade apply was cut off"
    ;;
  *begun) after="after an earlier kubeadm upgrade ($state) was cut off" ;;
esac

installed=$("$bin/kubeadm" version -o short </dev/null) || exit
[ "$installed" = "v$version" ] || fail "kubeadm is $installed here, and only v$version may upgrade to that version"

if [ "$role" = control-plane ]; then restore; wait_for_api; fi
tidy
put_mark "$version $verb begun" || exit 1
if [ "$role" = control-plane ]; then lend || exit 1; fi
rm -rf "$settings" # kubeadm writes what the cluster has recorded, whatever was set here since
if [ "$verb" = apply ]; then
  "$bin/kubeadm" upgrade apply "v$version" --yes --config "$config" </dev/null || exit
else
  "$bin/kubeadm" upgrade node --config "$config" </dev/null || exit
fi
serves || fail "kubeadm ended well, and the static pods here are not of $version: is that what the cluster records?"
put_mark "$version $verb" || exit 1
tidy
echo "kubeadm upgraded this host to $version${after:+, $after}"
