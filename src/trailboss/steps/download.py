"""Shell functions for downloads by the host: retried, checked against a digest, two at a time."""

FETCH = """\
fetch() { # URL FILE: downloads, or fails with curl's own words
  curl -fsSL --retry 5 --retry-delay 1 --retry-connrefused --connect-timeout 10 --speed-limit 1024 --speed-time 60 \\
    -o "$2" "$1" </dev/null || { echo "cannot download $1" >&2; return 1; }
}
check() { # DIGEST FILE
  echo "$1  $2" | sha256sum -c --quiet - >&2 || { echo "$2: not what its digest says" >&2; return 1; }
}
export -f fetch check
"""

AT_ONCE = 2
"""Downloads at a time: one waits for the network while the other is checked and unpacked."""
