#!/usr/bin/env bash
# Puts Prometheus' promtool into build/tools, out of Debian's package, for the tests of alert rules. The package is
# unpacked, not installed: that would start a Prometheus. Does nothing where promtool is there already.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

TOOLS=build/tools

fetch() {
  local folder
  folder=$(mktemp -d)
  chmod 755 "$folder"
  (
    cd "$folder"
    apt-get download -qq prometheus || { apt-get update -qq && apt-get download -qq prometheus; }
    dpkg-deb -x prometheus_*.deb unpacked
  ) </dev/null >/dev/null 2>&1 || return
  mkdir -p "$TOOLS"
  mv "$folder/unpacked/usr/bin/promtool" "$TOOLS/promtool"
  rm -rf "$folder"
}

if command -v promtool >/dev/null || [ -x "$TOOLS/promtool" ]; then exit 0; fi
command -v apt-get >/dev/null && timed "fetching promtool out of Debian's package" "some seconds, 25 MB" fetch ||
  say "without promtool: the tests of alert rules are skipped"
