#!/usr/bin/env bash
# Takes away everything the lab, the demo, `trailboss dev`, the end-to-end tests and the benchmarks have started:
# processes, containers, networks, volumes, firewall rules, keys, and the engine if the lab started it. An engine that
# stands still with hosts of a lab is started for that. Works with a missing or half-made environment too.
#
# What stays, and how it goes (docs/lab.md):
#   artifacts, image archive, Go's toolchain   rm -r ~/.cache/trailboss; go clean -cache -modcache
#   Temporal's history, the demo's repository, mirrors of repositories
#                                              rm -r ~/.local/share/trailboss{,-e2e,-bench}
#   the host image in the engine               docker image rm $(docker image ls -q trailboss-lab-host)
#   docker.io, iptables, debootstrap           apt-get purge
#   docker0, empty chains, inotify's limit     a reboot
#   .venv, build                               rm -r .venv build
set -uo pipefail
. "$(dirname "$0")/lib.sh"

DATA=${XDG_DATA_HOME:-$HOME/.local/share}
OWN=${TRAILBOSS_HOME:-$DATA/trailboss}
HOMES=("${OWN/#\~\//$HOME/}" "$DATA/trailboss-e2e" "$DATA/trailboss-bench")
LABEL=trailboss.lab
ENGINE=/run/trailboss/dockerd.pid

# Ends the processes that `trailboss dev` recorded in a home, where no Python of ours can do it: owner, server, worker.
stop_recorded() {
  local pid
  for pid in $(grep -o '"pid": [0-9]*' "$1/temporal/dev.json" 2>/dev/null | tr -dc '0-9\n'); do
    if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q 'trailboss\|start-dev'; then
      stop "$pid"
    fi
  done
}

stop() {
  say "stopping process $1"
  kill "$1" 2>/dev/null
  for _ in $(seq 100); do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.2
  done
}

# Removes what carries the lab's label, where no Trailboss can do it.
remove_labelled() {
  if ! docker info >/dev/null 2>&1; then
    if [ -x /usr/sbin/dockerd ] && grep -qs "\"$LABEL\":" /var/lib/docker/containers/*/config.v2.json; then
      fail "an engine that does not run holds hosts of a lab: start it, then run this again"
    fi
    return 0
  fi
  docker ps -aq --filter "label=$LABEL" | xargs -r docker rm -f -v >/dev/null
  docker volume ls -q --filter "label=$LABEL" | xargs -r docker volume rm -f >/dev/null
  docker network ls -q --filter "label=$LABEL" | xargs -r docker network rm >/dev/null
}

stop_engine_if_ours() {
  local pid
  pid=$(cat "$ENGINE" 2>/dev/null) || return 0
  if grep -qs dockerd "/proc/$pid/cmdline"; then stop "$pid"; fi
}

if "$VENV/bin/trailboss" --version >/dev/null 2>&1; then
  for home in "${HOMES[@]}"; do
    TRAILBOSS_HOME=$home "$VENV/bin/python" -m trailboss.lab.temporal.clean || stop_recorded "$home"
  done
  for home in "${HOMES[@]}"; do
    TRAILBOSS_HOME=$home "$VENV/bin/trailboss" lab down --all --engine ||
      fail "the lab could not be taken away; see above"
  done
else
  say "no working environment in $VENV: cleaning up without it"
  for home in "${HOMES[@]}"; do stop_recorded "$home"; done
  remove_labelled
  for home in "${HOMES[@]}"; do rm -rf "$home/lab"; done
  stop_engine_if_ours
fi
say "nothing of the lab is left"
