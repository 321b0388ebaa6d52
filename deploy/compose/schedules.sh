#!/bin/sh
# Job `schedules`: follows each bare repository of the mounted folder by its name (herd.git → herd), and what the lines
# of its file `follow` say, words for `trailboss repo add`: NAME URL [--branch BRANCH] …; # begins a comment.
set -eu
added=0
if ! ls /repositories >/dev/null; then
  echo "workers run as user $(id -u), who may not read the folder of repositories: chmod o+rx it" >&2
  exit 1
fi

follow() {
  trailboss repo add --no-check --interval "$TRAILBOSS_POLL_SECONDS" "$@"
  added=$((added + 1))
}

for folder in /repositories/*.git; do
  [ -e "$folder/HEAD" ] || continue
  name=${folder##*/}
  follow "${name%.git}" "$folder"
done
if [ -f /repositories/follow ]; then
  while read -r line || [ -n "$line" ]; do
    set -f
    # shellcheck disable=SC2086 # they are words
    set -- ${line%%#*}
    set +f
    [ $# = 0 ] || follow "$@" </dev/null
  done < /repositories/follow
fi
echo "repositories followed: $added"
