# Before a half-joined control plane is reset, its etcd member has to go: kubeadm's reset finds the member through this
# node's pods, which a join that was cut off may not have yet, and a voting member whose data is gone costs the quorum.
# Set before: address (of this node) and peers (addresses of the other control planes).
etcd_call() { # PEER PATH BODY
  local pki=/etc/kubernetes/pki/etcd
  curl -sS --fail --max-time 10 --cacert $pki/ca.crt --cert $pki/healthcheck-client.crt \
    --key $pki/healthcheck-client.key "https://$1:2379/v3/cluster/member/$2" -d "$3" </dev/null
}

leave_etcd() {
  # The client's certificate is made before etcd is told of the new member.
  [ -e /etc/kubernetes/pki/etcd/healthcheck-client.key ] || return 0
  local peer members id
  for peer in $peers; do
    members=$(etcd_call "$peer" list '{"linearizable": true}' | tr '{' '\n') || continue
    grep -q '"peerURLs"' <<< "$members" || continue
    id=$(grep -F "\"https://$address:2380\"" <<< "$members" | sed -E 's/.*"ID":"([0-9]+)".*/\1/')
    [ -n "$id" ] || return 0
    echo "removing this host's half-joined etcd member $id"
    etcd_call "$peer" remove "{\"ID\": \"$id\"}" >/dev/null && return 0
  done
  echo "no other etcd member tells whether this host is one too; not resetting it, for the quorum's sake" >&2
  return 1
}
