#!/usr/bin/env bash
# The other contestant of install.py: what an administrator would write to make the same cluster on the same hosts with
# the same kubeadm commands, over ssh. It looks at nothing first, resumes nothing, and runs once.
#
# Given: what plain_ssh.sh wants (the first control plane runs `kubeadm init`), and in INPUTS for each host: HOST/files
# and HOST/network (laid over /) and HOST/kubeadm.yaml. @TOKEN@, @CA_HASH@ and 192.0.2.0/24 (the node's pods) in these
# are filled in here.

# shellcheck source=plain_ssh.sh
. "$(dirname "$0")/plain_ssh.sh"

set_up_host() { # HOST
  lay "$INPUTS/$1/files" "$1"
  on "$1" set_up
}

prepare() { # HOST
  timed "$1" set-up set_up_host "$1"
  timed "$1" binaries on "$1" binaries "$MIRROR/release/v$KUBERNETES/bin/linux/amd64" /usr/local/bin
  timed "$1" images on "$1" images "$MIRROR/images/v$KUBERNETES" "${images[$1]}"
}

configure() { # HOST
  sed -e "s/@TOKEN@/$token/" -e "s/@CA_HASH@/$ca_hash/" "$INPUTS/$1/kubeadm.yaml" | on "$1" take /root/kubeadm.yaml
}

init() {
  configure "$first"
  on "$first" kubeadm init --config /root/kubeadm.yaml --skip-token-print
}

credentials() { # kubeadm join ADDRESS --token TOKEN --discovery-token-ca-cert-hash HASH
  local command
  command=$(on "$first" kubeadm token create --ttl 30m --print-join-command)
  read -r _ _ _ _ token _ ca_hash <<<"$command"
}

share_authorities() { # HOST
  on "$first" tar -C /etc/kubernetes/pki -cf - ca.{crt,key} sa.{key,pub} front-proxy-ca.{crt,key} etcd/ca.{crt,key} |
    on "$1" take_authorities
}

join() { # HOST
  configure "$1"
  on "$1" kubeadm join --config /root/kubeadm.yaml
}

join_control_plane() { # HOST
  share_authorities "$1"
  join "$1"
}

join_worker() { # HOST
  timed "$1" kubeadm-join join "$1"
}

set_up_network() { # HOST
  local files=$work/network-$1 own
  own=$(awk -v host="$1" '$1 == host {print $3}' "$work/nodes")
  cp -r "$INPUTS/$1/network" "$files"
  find "$files" -type f -exec sed -i "s#192.0.2.0/24#$own#" {} +
  awk -v host="$1" '$1 != host {print $3, $2}' "$work/nodes" | sort >>"$files/etc/trailboss/pod-routes"
  lay "$files" "$1"
  on "$1" start_routes
}

network() { # HOST
  timed "$1" pod-network set_up_network "$1"
}

wait_for_pod_networks() {
  until on "$first" list_nodes >"$work/nodes" && [ "$(awk 'NF == 3' "$work/nodes" | wc -l)" = ${#hosts[@]} ]; do
    sleep 0.5
  done
}

wait_until_ready() {
  until [ "$(on "$first" count_ready)" = ${#hosts[@]} ]; do sleep 0.5; done
}

token='' ca_hash=''
in_parallel prepare "${hosts[@]}"
timed "$first" kubeadm-init init
timed "$first" credentials credentials
for host in "${control_planes[@]:1}"; do timed "$host" kubeadm-join join_control_plane "$host"; done
in_parallel join_worker "${workers[@]}"
timed all pod-cidrs wait_for_pod_networks
in_parallel network "${hosts[@]}"
timed all nodes-ready wait_until_ready
