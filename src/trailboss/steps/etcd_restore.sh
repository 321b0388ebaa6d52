# Makes etcd's data anew from a snapshot, as the only member of a new etcd cluster, under the name and address that
# kubeadm gives it. Set before: snapshot (file), images (the list of those brought for this version), etcd (the folder
# of its data), name and peer (of the member), state (our folder).
restore_etcd() {
  [ -s "$snapshot" ] || { echo "the snapshot $snapshot is not on this host" >&2; return 1; }
  local image
  image=$(grep -m 1 '/etcd:' "$images") || { echo "no etcd image was brought to this host" >&2; return 1; }
  mkdir -p "$etcd" && chmod 700 "$etcd" || return
  rm -rf "$etcd/member" "$etcd/restoring"
  with_programs_of "$image" restore || return
  # The name comes last: data that is not whole is not taken for etcd's.
  sync && mv "$etcd/restoring/member" "$etcd/member" && rmdir "$etcd/restoring"
}

# Revisions go on far above what anybody has seen, and all older ones count as compacted: whoever watched the lost
# cluster, kubelets and controllers alike, is told to list anew rather than being left with what is no more.
restore() {
  "$1/usr/local/bin/etcdutl" snapshot restore "$snapshot" --data-dir "$etcd/restoring" \
    --name "$name" --initial-cluster "$name=$peer" --initial-advertise-peer-urls "$peer" \
    --bump-revision 1000000000 --mark-compacted </dev/null
}

with_programs_of() ( # IMAGE COMMAND…: runs the command with the image's file system, read-only, as its last argument
  image=$1 work=$(mktemp -d "$state/image.XXXXXX"); shift
  trap 'ctr -n k8s.io images unmount --rm "$work" >/dev/null; rmdir "$work"' EXIT
  ctr -n k8s.io images mount "$image" "$work" </dev/null >/dev/null && "$@" "$work"
)
