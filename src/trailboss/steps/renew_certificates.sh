# Renews this control plane's certificates with kubeadm, and restarts what still uses the old ones; or finishes what an
# earlier attempt began. Needs the functions of static_pods.sh. Set before: mark (a file), copies (a folder),
# address and port (of this host's API server), certificates and embedding (files below kubeadm's folder).
set -u
export KUBECONFIG=$kubernetes/admin.conf PATH="$bin:$PATH"

put_mark() { mkdir -p "${mark%/*}"; echo "$1" > "$mark.new" && sync "$mark.new" && mv -f "$mark.new" "$mark"; }

# kubeadm replaces a key and its certificate one after the other, and cannot go on where it was cut off in between.
keep_copies() {
  local file
  rm -rf "$copies" "$copies.new"
  for file in $certificates $embedding; do
    [ -e "$kubernetes/$file" ] || continue
    mkdir -p "$(dirname "$copies.new/$file")" && cp -p "$kubernetes/$file" "$copies.new/$file" || exit 1
  done
  chmod 700 "$copies.new" && sync && mv "$copies.new" "$copies" || exit 1
}
put_back() {
  local file
  for file in $certificates $embedding; do
    [ ! -e "$copies/$file" ] || cp -p "$copies/$file" "$kubernetes/$file" || fail "cannot put $file back from $copies"
  done
  sync
}
give_up() { put_back && rm -f "$mark"; fail "$1; the old certificates are back"; }

read_certificate() {
  case $1 in
    *.conf) sed -n 's/^ *client-certificate-data: *//p' "$kubernetes/$1" | base64 -d ;;
    *) cat "$kubernetes/$1" ;;
  esac
}

# Prints what ends within the hour. Nothing is asked of kubeadm where others sign.
too_short() {
  local file
  for file in ca front-proxy-ca etcd/ca; do [ -e "$kubernetes/pki/$file.key" ] || return 0; done
  for file in $certificates $embedding; do
    [ -e "$kubernetes/$file" ] || continue
    case $file in
      *.key) ;;
      *) read_certificate "$file" | openssl x509 -noout -checkend 3600 >/dev/null 2>&1 || echo "$file" ;;
    esac
  done
}

# The kubelet starts a container anew that has ended. Its manifest stays where it is: whatever happens here, the host
# comes up whole.
restart() {
  local id
  id=$(running "$1")
  if [ -n "$id" ] && [ "$(made_at "$id")" -le "$since" ]; then
    echo "restart $1"
    ctr -n k8s.io tasks kill --signal SIGTERM "$id" || true
  else
    id=
  fi
  if comes_up "$1" "$id" ""; then return; fi
  if [ -n "$ended" ]; then echo "$1 does not answer yet: others may need new certificates, too"; return; fi
  last_words "$1" >&2
  fail "$1 does not come up with the new certificates"
}

# Other members of etcd may be in the same plight, and then nothing answers before they are renewed.
ended=
openssl x509 -noout -checkend 0 -in "$kubernetes/pki/etcd/peer.crt" >/dev/null 2>&1 || ended=yes

state=$(cat "$mark" 2>/dev/null || true) after=
case $state in
  renewed*) after="after an earlier renewal was cut off" ended=${state#renewed} ;;
  begun) put_back; after="anew, for an earlier renewal was cut off" ;;
  *) keep_copies ;;
esac
case $state in
  renewed*) ;;
  *)
    put_mark begun || exit 1
    "$bin/kubeadm" certs renew all </dev/null || give_up "kubeadm could not renew the certificates"
    short=$(too_short)
    [ -z "$short" ] || give_up "kubeadm ended well, and these are no better: $(echo $short)"
    sync
    put_mark "renewed$ended" || exit 1
    ;;
esac

[ -z "$ended" ] || patience=60
systemctl is-active -q kubelet || systemctl start kubelet
since=$(stat -c %Y "$mark")
for component in etcd kube-apiserver kube-controller-manager kube-scheduler; do restart "$component"; done
if [ -z "$ended" ]; then
  serves_it 127.0.0.1:2379 pki/etcd/server.crt || fail "etcd does not serve its new certificate"
  serves_it "$address:$port" pki/apiserver.crt || fail "the API server does not serve its new certificate"
fi
rm -rf "$copies" && rm -f "$mark" || exit 1
echo "renewed until $(openssl x509 -noout -enddate -in "$kubernetes/pki/apiserver.crt" | cut -d= -f2)${after:+, $after}"
