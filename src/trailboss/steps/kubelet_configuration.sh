# Brings the kubelet's configuration from the cluster, with kubeadm, and restarts the kubelet; one that does not stay up
# gets its old configuration again. Set before: bin, mark (a file), digest, copies (a folder), files (that may change),
# refused (exit status); and the function write_files.
set -u
export PATH="$bin:$PATH"
fail() { echo "$1" >&2; exit 1; }
main() { systemctl show --property MainPID --value kubelet; }

restart() {
  local before
  systemctl daemon-reload
  systemctl enable -q kubelet
  systemctl restart kubelet
  # One that cannot live with its configuration ends within a second or two, and systemd starts it again later.
  before=$(main); sleep 6
  systemctl is-active -q kubelet && [ "$(main)" = "$before" ]
}

if [ ! -d "$copies" ]; then
  rm -rf "$copies.new"; mkdir -p "$copies.new"
  for file in $files; do [ ! -e "$file" ] || cp -p "$file" "$copies.new/${file##*/}" || exit 1; done
  sync && mv "$copies.new" "$copies" || exit 1
fi
put_back() {
  local file
  for file in $files; do [ ! -e "$copies/${file##*/}" ] || cp -p "$copies/${file##*/}" "$file" || exit 1; done
}

write_files || exit 1
if [ "$(cat "$mark" 2>/dev/null)" != "$digest" ]; then
  if ! kubeadm upgrade node phase kubelet-config </dev/null; then
    put_back; rm -rf "$copies"
    fail "kubeadm could not write the configuration of the kubelet"
  fi
fi
if ! restart; then
  words=$(journalctl --unit kubelet --lines 15 --no-pager --output cat 2>/dev/null || true)
  put_back
  restart || echo "the kubelet does not stay up with its old configuration either" >&2
  rm -rf "$copies"
  printf "%s\n" "the last words of the kubelet:" "$words" >&2
  echo "the kubelet did not stay up with the new configuration; it has its old one again" >&2
  exit "$refused"
fi
echo "$digest" > "$mark.new" && sync "$mark.new" && mv -f "$mark.new" "$mark" || exit 1
rm -rf "$copies"
