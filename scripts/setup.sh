#!/usr/bin/env bash
# Makes .venv with everything in requirements.lock and Trailboss itself, editable. Does nothing if that is done already.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# True if this Python is new enough and can make virtual environments (Debian's own needs python3-venv for that).
usable() {
  command -v "$1" >/dev/null && "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11 /usr/bin/python3; do
    if usable "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# What the environment is made of; another lock, project file, place or Python makes it anew.
fingerprint() {
  { sha256sum requirements.lock pyproject.toml; "$VENV/bin/python" --version; pwd; } 2>/dev/null | sha256sum
}

is_current() {
  [ -x "$VENV/bin/python" ] && [ "$(cat "$VENV/.stamp" 2>/dev/null)" = "$(fingerprint)" ]
}

# False for one that was interrupted while it was made, whose Python has gone, or that was made in another place.
is_whole() {
  "$VENV/bin/python" -m pip --version >/dev/null 2>&1 && head -n 1 "$VENV/bin/pip" 2>/dev/null | grep -qF "$PWD/"
}

make_venv() {
  local python
  python=$(find_python) || {
    timed "installing Debian's python3-venv" "about 20 s" apt_install python3 python3-venv
    python=$(find_python) || fail "no Python 3.11 or newer found; set PYTHON to one"
  }
  say "virtual environment in $VENV with $python"
  "$python" -m venv --clear "$VENV"
}

install_packages() {
  "$VENV/bin/python" -m pip install --quiet --progress-bar off --require-hashes -r requirements.lock
  "$VENV/bin/python" -m pip install --quiet --progress-bar off --no-deps -e .
}

# Two `make` at once must not write into one environment; the lock ends with this process.
mkdir -p build
exec 9>build/setup.lock
flock 9

if is_current; then
  exit 0
fi
rm -f "$VENV/.stamp"
is_whole || make_venv
timed "installing the packages of requirements.lock" "one to two minutes" install_packages
fingerprint >"$VENV/.stamp"
