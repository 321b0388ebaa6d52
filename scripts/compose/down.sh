#!/usr/bin/env bash
# Takes all of the project away: containers, networks, volumes (the database, too), and the secrets that belong to them.
# Images, .env and the SSH key stay. Works however little of the project is left.
set -euo pipefail
. "$(dirname "$0")/../lib.sh"
. scripts/compose/lib.sh

project
engine_answers
# By label, not by compose: it would need each variable and file that the project was started with.
owned container | xargs -r docker container rm --force --volumes >/dev/null
owned network | xargs -r docker network rm >/dev/null
owned volume | xargs -r docker volume rm --force >/dev/null
for kind in container network volume; do
  left=$(owned "$kind")
  [ -z "$left" ] || fail "still there: $kind $left"
done
rm -rf "$SECRETS"
say "nothing of project $COMPOSE_PROJECT_NAME is left: no container, network, volume or secret (.env, deploy/compose/ssh and images stay)"
