#!/usr/bin/env bash
# Brings all images of docker-compose.yml into the engine: pulled, or where none can be pulled stand-ins of the same names
# and tags, and builds Trailboss's own. Starts an engine where none runs. Safe to run again and to interrupt.
set -euo pipefail
. "$(dirname "$0")/../lib.sh"
. scripts/compose/lib.sh

say "images (pulled in minutes; where none can be pulled, made: a quarter of an hour on two quiet cores, once)"
"$VENV/bin/python" -m trailboss.lab.standins docker-compose.yml Dockerfile
IMAGE=trailboss:$(setting TRAILBOSS_TAG local)

build() {
  local said
  said=$(docker build --quiet --network host --tag "$IMAGE" . 2>&1) || { printf '%s\n' "$said" >&2; return 1; }
}

timed "building $IMAGE" "about two minutes; seconds if nothing changed" build
say "all images are there; $IMAGE has $(docker image inspect --format '{{.Size}}' "$IMAGE" | awk '{printf "%d MB", $1 / 1e6}')"
