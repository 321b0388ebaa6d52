#!/usr/bin/env bash
# Takes away everything the lab, the demo and `trailboss dev` have started: processes, containers, networks, volumes,
# firewall rules, and the engine if the lab started it. Works with a missing or half-made environment too.
# Kept: caches (`rm -r ~/.cache/trailboss`) and Temporal's history (`rm -r ~/.local/share/trailboss/temporal`).
set -uo pipefail
. "$(dirname "$0")/lib.sh"

HOME_DIR=${TRAILBOSS_HOME:-$HOME/.local/share/trailboss}
LABEL=trailboss.lab

# Ends the processes that `trailboss dev` recorded, where no Python of ours can do it: owner, server, worker.
stop_recorded() {
  local pid
  for pid in $(grep -o '"pid": [0-9]*' "$HOME_DIR/temporal/dev.json" 2>/dev/null | tr -dc '0-9\n'); do
    if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q 'trailboss\|start-dev'; then
      say "stopping process $pid"
      kill "$pid" 2>/dev/null
      for _ in $(seq 100); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.2
      done
    fi
  done
}

# Removes what carries the lab's label, where no Trailboss can do it.
remove_labelled() {
  docker info >/dev/null 2>&1 || return 0
  docker ps -aq --filter "label=$LABEL" | xargs -r docker rm -f -v >/dev/null
  docker volume ls -q --filter "label=$LABEL" | xargs -r docker volume rm -f >/dev/null
  docker network ls -q --filter "label=$LABEL" | xargs -r docker network rm >/dev/null
}

if "$VENV/bin/trailboss" --version >/dev/null 2>&1; then
  "$VENV/bin/python" -m trailboss.lab.temporal.clean || stop_recorded
  "$VENV/bin/trailboss" lab down --all --engine || fail "the lab could not be taken away; see above"
else
  say "no working environment in $VENV: cleaning up without it"
  stop_recorded
  remove_labelled
fi
say "nothing of the lab is left"
