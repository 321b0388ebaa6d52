"""What Trailboss itself left on the machine: whose it is, how it joined, how long actions ended."""

from trailboss.facts.fact import Fact, lines, pairs, yes
from trailboss.facts.paths import (
    ADOPTED,
    HOST_FILES,
    KUBELET_SETTINGS,
    MEMBER,
    OWNER,
    SETTINGS,
    SETTINGS_COPIES,
    STEP_RECORDS,
    UPGRADED_TO,
)

# A unit may end and write its result between two looks, so `exit` is looked for last.
_LIST_RECORDS = f"""for step in {STEP_RECORDS}/*/; do
  [ -d "$step" ] || continue
  step=${{step%/}}; key=${{step##*/}}; state=interrupted
  if systemctl is-active -q "trailboss-step-$key.service"; then state=running; fi
  if [ -f "$step/exit" ]; then state=$(cat "$step/exit"); fi
  echo "$key $state"
done"""

_LIST_FILES = f"""while IFS= read -r path; do
  [ -f "$path" ] && echo "$(sha256sum <"$path" | cut -d' ' -f1) $(stat -Lc %a -- "$path") $path"
done <{HOST_FILES}"""


def host_files(output: str) -> dict[str, str]:
    """Parse lines of `digest mode path`; return path to "digest mode"."""
    split = (line.split(" ", 2) for line in lines(output))
    return {path: f"{digest} {mode}" for digest, mode, path in split}


FACTS = (
    Fact("owner", f"cat {OWNER}", str),
    Fact("member", f"cat {MEMBER}", str),
    Fact("adopted", f"cat {ADOPTED}", str),
    Fact("upgraded_to", f"cat {UPGRADED_TO}", str),
    Fact("host_files", _LIST_FILES, host_files),
    Fact("settings", f"cat {SETTINGS}", str),
    Fact("settings_begun", f"[ -d {SETTINGS_COPIES} ] && echo yes", yes),
    Fact("kubelet_settings", f"cat {KUBELET_SETTINGS}", str),
    Fact("step_records", _LIST_RECORDS, pairs),
)
