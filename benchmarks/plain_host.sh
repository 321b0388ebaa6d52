# The part of plain_install.sh, plain_upgrade.sh and ansible/upgrade.yml that runs on hosts: sent with each command, so
# that all of it is known there.
# shellcheck shell=bash
set -euo pipefail
export KUBECONFIG=/etc/kubernetes/admin.conf

set_up() {
  grep -qw overlay /proc/filesystems || modprobe overlay
  [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ] || modprobe br_netfilter
  local key value
  while read -r key _ value; do
    [ "$(sysctl -n "$key")" = "$value" ] || sysctl -qw "$key=$value"
  done </etc/sysctl.d/99-trailboss.conf
  systemctl daemon-reload
  systemctl enable -q containerd kubelet
  systemctl restart containerd
}

fetch() { # URL FILE
  curl -fsSL --retry 5 --retry-connrefused -o "$2" "$1"
}

binary() { # URL
  local file=$target/${1##*/}
  fetch "$1" "$file"
  echo "$(curl -fsSL "$1.sha256" | cut -d' ' -f1)  $file" | sha256sum -c --quiet -
  chmod 755 "$file"
}

binaries() { # URL OF THEIR FOLDER, FOLDER HERE
  export target=$2
  mkdir -p "$target"
  printf "$1/%s\n" kubelet kubeadm kubectl | xargs -P 2 -n 1 bash -euo pipefail -c 'binary "$1"' _
}

image() { # DIGEST FILE
  fetch "$folder/$2" "$downloads/$2"
  echo "$1  $downloads/$2" | sha256sum -c --quiet -
  ctr -n k8s.io images import "$downloads/$2" >/dev/null
  rm "$downloads/$2"
}

images() { # URL OF THEIR FOLDER, PATTERN OF THE REFERENCES WANTED
  export folder=$1 downloads
  downloads=$(mktemp -d -p /var/tmp)
  fetch "$folder/IMAGES" "$downloads/IMAGES"
  awk -v want="$2" '$3 ~ want {print $1, $2}' "$downloads/IMAGES" |
    xargs -P 2 -n 2 bash -euo pipefail -c 'image "$@"' _
  rm -r "$downloads"
}
export -f fetch binary image

take() { # FILE; one that is new is readable by root alone
  umask 077
  cat >"$1"
}

take_authorities() {
  mkdir -p /etc/kubernetes/pki/etcd
  tar -C /etc/kubernetes/pki -xpf -
}

start_routes() {
  systemctl daemon-reload
  systemctl enable -q --now trailboss-pod-routes
}

list_nodes() { # prints name, address and pod CIDR of each
  local address='{.status.addresses[?(@.type=="InternalIP")].address}'
  kubectl get nodes -o jsonpath='{range .items[*]}{.metadata.name} '"$address"' {.spec.podCIDR}{"\n"}{end}'
}

count_ready() {
  kubectl get nodes --no-headers | awk '$2 == "Ready"' | wc -l
}

again() { # COMMAND…; a request may get lost with an API server or an etcd member that restarts
  for _ in 1 2 3 4; do
    if "$@"; then return; fi
    sleep 1
  done
  "$@"
}

put() { # FOLDER NAME…
  local folder=$1
  shift
  (cd "$folder" && install -m 755 -t /usr/local/bin "$@")
}

replace_kubelet() { # FOLDER
  put "$1" kubelet kubectl
  systemctl restart kubelet
}

drain() { # NODE
  again kubectl drain "$1" --ignore-daemonsets --delete-emptydir-data
}

uncordon() { # NODE
  again kubectl uncordon "$1"
}

wait_until_upgraded() { # NODE VERSION; a node stays Ready for a while after its old kubelet has ended
  local state='{.status.conditions[?(@.type=="Ready")].status} {.status.nodeInfo.kubeletVersion}'
  until [ "$(kubectl get node "$1" -o jsonpath="$state")" = "True $2" ]; do sleep 0.5; done
}
