# Functions about the static pods of this host. Set before: bin, api (URL of this host's API server), etcd_health (a
# command line) and kubernetes (kubeadm's folder).
patience=${patience:-300} # seconds, for one of them

fail() { echo "$1" >&2; exit 1; }

# Prints the container of a component that runs here, nothing where none does.
running() {
  local filter id
  filter="labels.\"io.kubernetes.pod.namespace\"==kube-system,labels.\"io.kubernetes.container.name\"==$1"
  for id in $(ctr -n k8s.io containers ls -q "$filter" 2>/dev/null); do
    if ctr -n k8s.io tasks ls 2>/dev/null | grep -q "^$id .*RUNNING"; then echo "$id"; return; fi
  done
}

# Prints when a container was made, in seconds since 1970.
made_at() {
  local made
  made=$(ctr -n k8s.io containers info "$1" 2>/dev/null | sed -n 's/.*"CreatedAt": *"\([^"]*\)".*/\1/p' | head -n 1)
  date -d "${made:-@0}" +%s 2>/dev/null || echo 0
}

# Prints the uid of a container's pod; a static pod gets another one with another manifest.
pod_of() {
  ctr -n k8s.io containers info "$1" 2>/dev/null | sed -n 's/.*"io.kubernetes.pod.uid": *"\([^"]*\)".*/\1/p' | head -n 1
}

fingerprint() { openssl x509 -noout -fingerprint -sha256 2>/dev/null; }
served() { openssl s_client -connect "$1" </dev/null 2>/dev/null | fingerprint; }
serves_it() { [ "$(served "$1")" = "$(fingerprint < "$kubernetes/$2")" ]; } # ADDRESS:PORT FILE

# The others tell nothing that does not depend on their arguments; one that cannot live with these ends at once.
stays_up() {
  local id
  id=$(running "$1"); sleep 5
  [ -n "$id" ] && [ "$(running "$1")" = "$id" ]
}

answers() {
  case $1 in
    etcd) eval "$etcd_health" 2>/dev/null </dev/null | grep -q '"health" *: *"\?true' ;;
    kube-apiserver)
      "$bin/kubectl" --kubeconfig="$kubernetes/admin.conf" --request-timeout=10s --server="$api" get --raw=/readyz \
        </dev/null >/dev/null 2>&1
      ;;
    *) stays_up "$1" ;;
  esac
}

is_of_another() { [ -z "$2" ] || [ "$(pod_of "$1")" != "$2" ]; }

# Waits until a component runs in a container that is not $2 and of a pod that is not $3, and answers; false if it does
# not come to that.
comes_up() {
  local id until=$((SECONDS + patience))
  while [ "$SECONDS" -lt "$until" ]; do
    id=$(running "$1")
    if [ -n "$id" ] && [ "$id" != "$2" ] && is_of_another "$id" "$3" && answers "$1"; then return 0; fi
    sleep 1
  done
  return 1
}

last_words() {
  echo "the last words of $1:"
  ls -1t /var/log/pods/kube-system_"$1"-*/"$1"/*.log 2>/dev/null | head -n 1 | xargs -r tail -n 15
}
