# Writes this control plane's static pods anew, with kubeadm and its present version; where they do not come up, the old
# ones are put back. Needs the functions of static_pods.sh. Set before: config (of kubeadm), mark (a file), copies (a
# folder), digest (of the settings), wanted and gone (names in the API server's certificate), api, refused (exit status).
set -u
export KUBECONFIG=$kubernetes/admin.conf PATH="$bin:$PATH"
components="kube-apiserver kube-controller-manager kube-scheduler"
saved="pki/apiserver.crt pki/apiserver.key"
for component in $components; do saved="$saved manifests/$component.yaml"; done

# The copies are what served last. They stay until the new settings serve, whoever has begun them.
keep_copies() {
  local file component id
  rm -rf "$copies.new"
  mkdir -p "$copies.new/pki" "$copies.new/manifests" && chmod 700 "$copies.new" || exit 1
  for file in $saved; do cp -p "$kubernetes/$file" "$copies.new/$file" || exit 1; done
  for component in $components; do
    id=$(running "$component")
    [ -z "$id" ] || pod_of "$id" > "$copies.new/$component.pod"
  done
  sync && mv "$copies.new" "$copies" || exit 1
}
put_back() {
  local file
  for file in $saved; do
    cmp -s "$copies/$file" "$kubernetes/$file" && continue
    cp -p "$copies/$file" "$kubernetes/pki/.trailboss-new" && sync "$kubernetes/pki/.trailboss-new" || exit 1
    mv -f "$kubernetes/pki/.trailboss-new" "$kubernetes/$file" || exit 1
  done
}
same() { cmp -s "$copies/$1" "$kubernetes/$1"; }

names() {
  openssl x509 -noout -text -in "$kubernetes/pki/apiserver.crt" 2>/dev/null |
    grep -A 1 'Subject Alternative Name' | tail -n 1 | tr ',' '\n' | sed -E 's/^ *(DNS|IP Address)://'
}
certificate_is_right() {
  local name
  for name in $wanted; do names | grep -qxiF "$name" || return 1; done
  for name in $gone; do ! names | grep -qxiF "$name" || return 1; done
}

# Waits for the pod that the manifest says; one whose manifest is as it was is left alone.
comes_up_new() {
  local old
  same "manifests/$1.yaml" && return 0
  old=$(cat "$copies/$1.pod" 2>/dev/null || true)
  comes_up "$1" "" "$old"
}

roll_back() {
  local words component
  words=$(last_words "$1")
  put_back
  for component in $components; do
    comes_up "$component" "" "" || echo "$component does not answer with its old settings either" >&2
  done
  rm -rf "$copies"
  echo "$words" >&2
  echo "$1 did not come up with the new settings; it has its old ones again" >&2
  exit "$refused"
}

after=
if [ -d "$copies" ]; then
  after=", after an earlier change was cut off"
  # Key and certificate may not belong together where kubeadm was cut off in between.
  if ! same pki/apiserver.crt || ! same pki/apiserver.key; then
    rm -f "$kubernetes/pki/apiserver.crt" "$kubernetes/pki/apiserver.key"
  fi
else
  for file in $saved; do [ -s "$kubernetes/$file" ] || fail "$kubernetes/$file is gone"; done
  keep_copies
fi
# Without an API server there is nobody to ask for the recorded settings: then it is those that were begun.
if [ -s "$config" ]; then
  cp "$config" "$copies/kubeadm.yaml" && echo "$digest" > "$copies/digest" && sync || exit 1
elif [ ! -s "$copies/kubeadm.yaml" ]; then
  fail "no API server answers, and no change of settings was begun here"
fi
config=$copies/kubeadm.yaml digest=$(cat "$copies/digest")

systemctl is-active -q kubelet || systemctl start kubelet
if ! certificate_is_right; then
  rm -f "$kubernetes/pki/apiserver.crt" "$kubernetes/pki/apiserver.key"
  "$bin/kubeadm" init phase certs apiserver --config "$config" </dev/null || roll_back kube-apiserver
  certificate_is_right || roll_back kube-apiserver
fi
"$bin/kubeadm" init phase control-plane all --config "$config" </dev/null || roll_back kube-apiserver
for component in $components; do
  comes_up_new "$component" || roll_back "$component"
done
if ! same pki/apiserver.crt && ! serves_it "$address:$port" pki/apiserver.crt; then
  id=$(running kube-apiserver)
  [ -z "$id" ] || ctr -n k8s.io tasks kill --signal SIGTERM "$id" || true
  comes_up kube-apiserver "$id" "" || roll_back kube-apiserver
  serves_it "$address:$port" pki/apiserver.crt || roll_back kube-apiserver
fi

changed=
for component in $components; do same "manifests/$component.yaml" || changed="$changed $component"; done
same pki/apiserver.crt || changed="$changed certificate"
mkdir -p "${mark%/*}"
echo "$digest" > "$mark.new" && sync "$mark.new" && mv -f "$mark.new" "$mark" || exit 1
rm -rf "$copies"
echo "changed:${changed:- nothing}$after"
