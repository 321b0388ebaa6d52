# Starts the action named by $unit, or attaches to it where it runs or has ended already; waits, and prints the end of
# its output. Set before: step (its folder), unit, summary, busy and interrupted (exit statuses), tail (lines), and the
# function write_files.
if [ -f "$step/exit" ] && [ "$(cat "$step/exit")" != 0 ]; then rm -f "$step/exit"; fi
if [ ! -f "$step/exit" ] && ! systemctl is-active -q "$unit"; then
  if systemctl list-units --no-legend --state=active,activating 'trailboss-step-*' | grep -q .; then exit "$busy"; fi
  write_files
  systemd-run --quiet --collect --unit="$unit" --description="Trailboss: $summary" \
    --property=StandardOutput=journal --property=SyslogIdentifier=trailboss --property=KillMode=mixed \
    --setenv=STEP_DIR="$step" --setenv=HOME=/root /bin/bash "$step/wrapper.sh"
fi
# The unit may write its result and end between two looks, so a unit that is gone is looked at once more.
while [ ! -f "$step/exit" ]; do
  if ! systemctl is-active -q "$unit"; then
    sleep 0.3
    [ -f "$step/exit" ] || { echo "interrupted before its end" >&2; exit "$interrupted"; }
  fi
  sleep 0.1
done
code=$(cat "$step/exit")
if [ "$code" != 0 ]; then tail -n "$tail" "$step/output" >&2; exit "$code"; fi
tail -n "$tail" "$step/output"
