# Takes a snapshot of etcd through its own gateway, so that no etcdctl is needed; keeps it on this host and tells about
# it in its last line. Set before: version (of Kubernetes, without v), folder, and the function call (PATH): a request to
# this host's member.
set -euo pipefail
umask 077
fail() { echo "$1" >&2; exit 1; }
field() { sed -nE "s/.*\"$1\": *\"([^\"]*)\".*/\1/p" <<< "$status"; }

mkdir -p "$folder"
rm -f "$folder"/*.new
status=$(call status)
case $status in *'"errors"'*) fail "etcd is not well: $status" ;; esac

# A full disk would stop etcd itself, whose data often lies on the same one.
need=$(($(field dbSize) * 5 / 4 + 64 * 1024 * 1024))
free=$(df --output=avail -B1 "$folder" | tail -n 1)
[ "$free" -gt "$need" ] || fail "$folder has $free bytes free, and a snapshot takes up to $need"

name=$(date -u +%Y%m%dT%H%M%SZ)-v$version new=$folder/$name.new
trap 'rm -f "$new"' EXIT
# Each line of the answer has a piece in base64, with padding of its own: not every base64 goes on after that.
one_by_one=1
if [ "$(printf 'YQ==\nYg==\n' | base64 -d 2>/dev/null)" = ab ]; then one_by_one=0; fi
call snapshot | awk -v decode="base64 -d >> '$new'" -v one_by_one="$one_by_one" '
  match($0, /"blob": *"[^"]*"/) {
    piece = substr($0, RSTART, RLENGTH); sub(/^"blob": *"/, "", piece); sub(/"$/, "", piece)
    print piece | decode
    if (one_by_one && close(decode)) exit 1
    next
  }
  /"blob"/ { print "a piece of the snapshot was cut off" > "/dev/stderr"; exit 1 } # and is a secret
  NF { print > "/dev/stderr"; exit 1 }
  END { if (!one_by_one && close(decode)) exit 1 }'

# The last 32 bytes are the SHA-256 of all that comes before them; a snapshot that was cut off does not have them.
said=$(tail -c 32 "$new" | od -An -v -tx1 | tr -d ' \n')
is=$(head -c -32 "$new" | sha256sum | cut -d' ' -f1)
[ "$said" = "$is" ] || fail "the snapshot is not what etcd's digest says; it was cut off"

sync "$new"; mv -f "$new" "$folder/$name.db"
find "$folder" -name '*.db' ! -name "$name.db" -delete
digest=$(sha256sum "$folder/$name.db" | cut -d' ' -f1) size=$(stat -c %s "$folder/$name.db")
echo "snapshot $name $digest $size $(field revision) $(field version)"
