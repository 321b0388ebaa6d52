# What the project's scripts share. Sourced, never run.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
VENV=.venv
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Says what is done and how long it may take, does it, says how long it took.
timed() {
  local what=$1 expected=$2 began=$SECONDS
  shift 2
  say "$what ($expected)"
  "$@" || return
  say "$what: done in $((SECONDS - began)) s"
}

# Installs Debian packages, if this is a Debian and we may.
apt_install() {
  command -v apt-get >/dev/null || fail "please install: $*"
  [ "$(id -u)" = 0 ] || fail "please run: sudo apt-get install $*"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq </dev/null >/dev/null || fail "apt-get update failed"
  apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null || fail "apt-get install $* failed"
}

# Makes what is dear to make before pytest, which shows no progress: artifacts of VERSIONS, the hosts' image. Once.
made() { # VERSIONS COLD
  say "artifacts and hosts' image (seconds when cached; cold, $2: without internet Kubernetes is compiled)"
  # shellcheck disable=SC2046,SC2086 # they are words
  "$VENV/bin/trailboss" mirror build $(printf -- '--kubernetes %s ' $1)
  "$VENV/bin/trailboss" lab image
}
