# What the compose scripts share. Sourced after scripts/lib.sh, never run.

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

# A setting as docker-compose.yml will see it: the environment's, else that of .env.
setting() { # NAME DEFAULT
  local value=${!1:-}
  if [ -z "$value" ] && [ -f .env ]; then
    value=$(sed -n "s/^$1=//p" .env | tail -n 1)
  fi
  echo "${value:-$2}"
}

# The project's name is never this folder's.
project() {
  COMPOSE_PROJECT_NAME=$(setting COMPOSE_PROJECT_NAME trailboss)
  export COMPOSE_PROJECT_NAME
}

owned() { # container|volume|network
  local every=()
  [ "$1" != container ] || every=(--all)
  docker "$1" ls --quiet "${every[@]}" --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME"
}

engine_answers() {
  docker info >/dev/null 2>&1 || fail "no Docker engine answers; make compose-images starts Debian's, as root"
}

SECRETS=$(setting TRAILBOSS_SECRETS deploy/compose/secrets)
