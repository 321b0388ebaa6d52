# What the compose scripts share. Sourced after scripts/lib.sh, never run.

SECRETS=${TRAILBOSS_SECRETS:-deploy/compose/secrets}
PROFILED=grafana/grafana

# The compose command of this machine: the plugin if it is there, else the older program, else Debian's of that.
find_compose() {
  if docker compose version >/dev/null 2>&1; then
    COMPOSE=(docker compose)
  else
    command -v docker-compose >/dev/null ||
      timed "installing Debian's docker-compose" "about 20 s" apt_install docker-compose
    COMPOSE=(docker-compose)
  fi
  COMPOSE+=(--file docker-compose.yml)
  # Further files on top, paths with colons between them: a test's network, say.
  local file
  while read -r -d : file; do COMPOSE+=(--file "$file"); done <<< "${TRAILBOSS_COMPOSE_FILES:+$TRAILBOSS_COMPOSE_FILES:}"
}

# The project's name: the environment's, else .env's, else ours; never this folder's.
project() {
  if [ -z "${COMPOSE_PROJECT_NAME:-}" ]; then
    COMPOSE_PROJECT_NAME=$(sed -n 's/^COMPOSE_PROJECT_NAME=//p' .env 2>/dev/null | tail -n 1)
  fi
  export COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-trailboss}
}

# A setting as docker-compose.yml will see it.
setting() { # NAME DEFAULT
  local value=${!1:-}
  [ -n "$value" ] || value=$(sed -n "s/^$1=//p" .env 2>/dev/null | tail -n 1)
  echo "${value:-$2}"
}

owned() { # container|volume|network
  local every=()
  [ "$1" != container ] || every=(--all)
  docker "$1" ls --quiet "${every[@]}" --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME"
}

engine_answers() {
  docker info >/dev/null 2>&1 || fail "no Docker engine answers; make compose-images starts Debian's, as root"
}
