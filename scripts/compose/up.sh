#!/usr/bin/env bash
# From nothing to healthy: images, secrets on first use, containers; says what it waits for. Safe to run again.
set -euo pipefail
. "$(dirname "$0")/../lib.sh"
. scripts/compose/lib.sh

WITHIN=${TRAILBOSS_COMPOSE_WITHIN:-600} # seconds until all must be healthy

# Made beside its place and then moved there: a script that is killed leaves no half of a secret.
secret() { # FILE COMMAND…
  local file=$1
  shift
  [ ! -s "$file" ] || return 0
  (umask 077 && "$@" >"$file.part")
  mv "$file.part" "$file"
  say "made $file"
}

password() { head -c 24 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'; }

make_secrets() {
  (umask 077 && mkdir -p "$SECRETS" deploy/compose/ssh)
  # A database keeps the password that it was made with.
  if [ ! -s "$SECRETS/postgres-password" ] && [ -n "$(docker volume ls -q --filter "name=^${COMPOSE_PROJECT_NAME}_postgres$")" ]; then
    fail "there is a database, and $SECRETS/postgres-password, which it was made with, is gone: bring it back, or make compose-down"
  fi
  secret "$SECRETS/postgres-password" password
  secret "$SECRETS/grafana-password" password
  [ -f deploy/compose/ssh/known_hosts ] || (umask 077 && touch deploy/compose/ssh/known_hosts)
  if [ ! -s deploy/compose/ssh/id_ed25519 ]; then
    ssh-keygen -q -t ed25519 -N "" -C trailboss -f deploy/compose/ssh/id_ed25519
    say "made deploy/compose/ssh/id_ed25519; machines must let it in: $(cat deploy/compose/ssh/id_ed25519.pub)"
  fi
}

# What a bind mount names must be there: the engine would make a folder of root's in its place.
refuse_missing() {
  local name file
  for name in TRAILBOSS_SSH_KEY_FILE TRAILBOSS_SSH_KNOWN_HOSTS_FILE TRAILBOSS_CLUSTER_DEFAULTS; do
    file=$(setting "$name" "")
    [ -z "$file" ] || [ -f "$file" ] || fail "$name: there is no file $file"
  done
  file=$(setting TRAILBOSS_REPOSITORIES "")
  [ -z "$file" ] || [ -d "$file" ] || fail "TRAILBOSS_REPOSITORIES: there is no folder $file"
  [ -n "$file" ] || mkdir -p deploy/compose/repositories
}

# One line for each container: service, state, health (or none), exit status.
states() {
  owned container | xargs -r docker inspect --format \
    '{{index .Config.Labels "com.docker.compose.service"}} {{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}} {{.State.ExitCode}}'
}

# What is not as it should be yet, in words; nothing if all is well.
awaited() {
  states | awk '
    $2 == "exited" && $4 == 0 { next }
    $2 == "running" && ($3 == "healthy" || $3 == "none") { if (!($1 ~ /^(keys|schema|namespace|schedules)$/)) next }
    { printf "%s%s (%s%s)", sep, $1, $2, ($3 == "none" ? "" : ", " $3); sep = ", " }'
}

wait_for_all() {
  local left told="" until=$((SECONDS + WITHIN))
  while left=$(awaited) && [ -n "$left" ]; do
    [ "$left" = "$told" ] || say "waiting for $left"
    told=$left
    if [ "$SECONDS" -gt "$until" ]; then
      "${COMPOSE[@]}" ps >&2 || true
      fail "not healthy within $WITHIN s: $left; ${COMPOSE[*]} logs SERVICE tells more"
    fi
    sleep 1
  done
}

[ -f .env ] || { sed '1s/.*/# Settings of docker-compose.yml, made by make compose-up. No secret belongs here./' deploy/compose/env.example >.env && say "made .env"; }
project
scripts/compose/images.sh
find_compose
engine_answers
make_secrets
refuse_missing
if docker image inspect "$(sed -n "s#^ *image: \($PROFILED:.*\)#\1#p" docker-compose.yml)" >/dev/null 2>&1; then
  COMPOSE+=(--profile grafana)
else
  say "Grafana is left out: its image cannot be pulled, and nothing stands in for it"
fi
began=$SECONDS
say "starting project $COMPOSE_PROJECT_NAME (about a minute; the first time makes the database)"
if ! "${COMPOSE[@]}" up --detach --remove-orphans; then
  "${COMPOSE[@]}" logs --tail 20 keys schema namespace schedules >&2 || true
  fail "compose could not start everything; the words of the jobs stand above"
fi
wait_for_all
say "healthy after $((SECONDS - began)) s: web UI http://localhost:$(setting TEMPORAL_UI_PORT 8080), Prometheus http://localhost:$(setting PROMETHEUS_PORT 9090), Temporal localhost:$(setting TEMPORAL_PORT 7233)"
"${COMPOSE[@]}" logs --no-color --tail 1 schedules 2>/dev/null | grep -o 'repositories followed.*' >&2 || true
