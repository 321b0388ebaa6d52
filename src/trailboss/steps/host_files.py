"""Files that the manifests put on every host, before anything else is prepared.

A record on the host lists their paths, so that a look at it can tell what they are without knowing the manifests. One
that is taken out of the manifests stays on the host: what it was before is not known, and something may need it.
"""

import base64
import textwrap

from trailboss.facts import MachineFacts
from trailboss.facts.paths import HOST_FILES
from trailboss.model.cluster import Cluster, HostFile
from trailboss.model.machine import Machine
from trailboss.steps.command import Command, digest, quoted

# In base64, so that any text comes as it is. The record comes last: without it the file is written once more.
_SCRIPT = """\
path={path} record={record}
if [ -d "$path" ]; then echo "$path is a folder on this host" >&2; exit 1; fi
mkdir -p {folder} "${{record%/*}}"
( umask 077; base64 -d > "$path.trailboss-new" ) <<'TRAILBOSS_FILE_END'
{content}
TRAILBOSS_FILE_END
chown 0:0 "$path.trailboss-new"; chmod {mode} "$path.trailboss-new"
sync "$path.trailboss-new"; mv -fT "$path.trailboss-new" "$path"
if ! grep -qxFs -- "$path" "$record"; then
  {{ cat "$record" 2>/dev/null || true; printf '%s\\n' "$path"; }} > "$record.new"
  sync "$record.new"; mv -f "$record.new" "$record"
fi
"""


def commands(cluster: Cluster, _machine: Machine, facts: MachineFacts) -> list[Command]:
    missing = [file for file in cluster.files if facts.host_files.get(file.path) != state(file)]
    return [Command(summary=f"write {file.path}", script=_script(file)) for file in missing]


def left_behind(cluster: Cluster, facts: MachineFacts) -> tuple[str, ...]:
    """Return what Trailboss wrote on a host, is there, and stands in the manifests no more."""
    wanted = {file.path for file in cluster.files}
    return tuple(path for path in facts.host_files if path not in wanted)


def state(file: HostFile) -> str:
    """Return what the fact `host_files` says of a file that is right."""
    return f"{digest(file.content)} {int(file.mode, 8):o}"


def _script(file: HostFile) -> str:
    encoded = base64.b64encode(file.content.encode()).decode()
    return _SCRIPT.format(
        path=quoted(file.path),
        record=quoted(HOST_FILES),
        folder=quoted(file.path.rpartition("/")[0] or "/"),
        content="\n".join(textwrap.wrap(encoded, 120)),
        mode=file.mode,
    )
