#!/usr/bin/env bash
# Takes pictures of a change in Temporal's web UI with headless Chromium (1400x900, light):
#
#   scripts/screenshots.sh UI-URL WORKFLOW-ID [FOLDER]      such as http://127.0.0.1:8233 cluster/demo/change/b375eb001238
#   scripts/screenshots.sh --install                         only the browser and its fonts
#
# On a Debian as root it installs the packages chromium, fonts-dejavu-core and fonts-noto-color-emoji (for the marks of
# steps) where there is no browser yet: some 100 MB. FOLDER is build/pictures without one; the pictures of the
# documentation are in docs/pictures.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

has_browser() {
  command -v chromium || command -v chromium-browser || command -v google-chrome
} >/dev/null

if ! has_browser; then
  timed "Chromium and fonts from Debian" "a minute or two" \
    apt_install chromium fonts-dejavu-core fonts-noto-color-emoji
fi
[ "${1:-}" = --install ] && exit 0
[ $# -ge 2 ] || fail "usage: scripts/screenshots.sh UI-URL WORKFLOW-ID [FOLDER]"
exec "$VENV/bin/python" -m tests.e2e.pictures "$1" "$2" "${3:-build/pictures}"
