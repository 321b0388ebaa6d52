#!/bin/bash
# Stands in for the official image's entry point: the same variables, the first start makes the database.
set -euo pipefail

password() {
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then cat "$POSTGRES_PASSWORD_FILE"; else printf '%s' "${POSTGRES_PASSWORD:-}"; fi
}

# Half a cluster, left by a start that was cut off, is made anew: the real one counts once PG_VERSION's neighbour is there.
make_cluster() {
  local word=$1 user=${POSTGRES_USER:-postgres} file
  [ -n "$word" ] || { echo "POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE must be given" >&2; exit 1; }
  # shellcheck disable=SC2086 # several words
  initdb --username="$user" --pwfile=<(printf '%s\n' "$word") --auth-local=trust --auth-host=scram-sha-256 \
    ${POSTGRES_INITDB_ARGS:-}
  printf 'host all all all scram-sha-256\n' >> "$PGDATA/pg_hba.conf"
  pg_ctl -w -o "-c listen_addresses=''" start
  if [ "${POSTGRES_DB:-$user}" != postgres ]; then
    createdb --username="$user" --maintenance-db=postgres "${POSTGRES_DB:-$user}"
  fi
  for file in /docker-entrypoint-initdb.d/*.sql; do
    [ ! -f "$file" ] || psql -v ON_ERROR_STOP=1 --username="$user" --dbname="${POSTGRES_DB:-$user}" -f "$file"
  done
  pg_ctl -w -m fast stop
}

if [ "${1:-}" = postgres ]; then
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chown postgres: "$PGDATA"
    chmod 0700 "$PGDATA"
    POSTGRES_PASSWORD=$(password)
    export POSTGRES_PASSWORD
    unset POSTGRES_PASSWORD_FILE
    exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
  fi
  [ -s "$PGDATA/PG_VERSION" ] || make_cluster "$(password)"
  unset POSTGRES_PASSWORD
fi
exec "$@"
