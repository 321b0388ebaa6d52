#!/usr/bin/env bash
# Runs the long stories on hosts of the lab, one after the other; words go to pytest.
#
# TRAILBOSS_TEST_UNTIL (seconds since 1970): a story that would not end before it is left out, and said to be. CI has a
# limit of its own, and a machine without artifacts compiles each Kubernetes version for a quarter of an hour.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# Name, minutes on two quiet cores, and the Kubernetes versions that it needs.
STORIES=(
  "day_two 14 1.34.4"
  "upgrade 14 1.33.4 1.34.4"
  "hops 14 1.33.4 1.34.4 1.35.4"
  "adopt 8 1.33.4 1.34.4"
  "compose 10 1.33.4 1.34.4"
  "addons 4 1.34.4"
  "wksctl 3 1.34.4"
  "tutorial 8 1.33.4 1.34.4"
)
COMPILING=14 # minutes for a version that is not in the cache
STAND_INS=20 # minutes for the images of docker-compose.yml, where they can not be pulled and are not in the cache
CACHE=${TRAILBOSS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trailboss}

minutes() { # STORY STORY'S-MINUTES VERSION…
  local sum=$2 version
  if [ "$1" = compose ] && [ ! -d "$CACHE/compose" ]; then sum=$((sum + STAND_INS)); fi
  shift 2
  for version in "$@"; do
    [ -d "$CACHE/mirror/release/v$version" ] || sum=$((sum + COMPILING))
  done
  echo "$sum"
}

left=()
for story in "${STORIES[@]}"; do
  read -r name takes versions <<< "$story"
  # shellcheck disable=SC2086 # they are words
  needs=$(minutes "$name" "$takes" $versions)
  if [ -n "${TRAILBOSS_TEST_UNTIL:-}" ] && [ $(($(date +%s) + needs * 60)) -gt "$TRAILBOSS_TEST_UNTIL" ]; then
    left+=("$name (about $needs min)")
    continue
  fi
  made "$versions" "about $COMPILING minutes for each version"
  [ "$name" != compose ] || "$VENV/bin/python" -m trailboss.lab.standins docker-compose.yml Dockerfile
  say "the story tests/e2e/test_$name.py (about $takes min)"
  "$VENV/bin/python" -m pytest -m long "tests/e2e/test_$name.py" "$@"
done
if [ ${#left[@]} -gt 0 ]; then
  say "LEFT OUT, for they would not have ended in time: ${left[*]}; make test-long runs them all"
fi
