"""A snapshot of etcd, taken by a control plane of its own member and kept there until it is copied off."""

from importlib.resources import files

from trailboss.facts.etcd_status import CURL, OWN
from trailboss.facts.paths import SNAPSHOTS
from trailboss.model.base import Frozen
from trailboss.steps.command import quoted

_RUN = files(__package__).joinpath("etcd_snapshot.sh").read_text()
# A request as such may last: a snapshot of gigabytes takes minutes.
_CALL = f"""call() {{ {CURL.replace("--max-time 10", "--connect-timeout 10 --no-buffer")} \
{OWN}/v3/maintenance/"$1" -d '{{}}' </dev/null; }}
"""


class Taken(Frozen):
    """A snapshot on a host. `name`: UTC time and Kubernetes version ("20251125T161331Z-v1.33.5").

    `sha256`: of the whole file. `size`: bytes. `revision`: etcd's, when the snapshot began.
    """

    name: str
    sha256: str
    size: int
    revision: int
    etcd_version: str = ""

    @property
    def path(self) -> str:
        return f"{SNAPSHOTS}/{self.name}.db"


def script(version: str) -> str:
    """Return the script of the long action; `version`: the Kubernetes that runs. Its last line is for `parse`."""
    return f"version={quoted(version)}\nfolder={quoted(SNAPSHOTS)}\n{_CALL}{_RUN}"


def parse(output: str) -> Taken:
    """Read the last line of the script's output.

    Raises:
        ValueError: it does not tell of a snapshot.
    """
    word, name, sha256, size, revision, *etcd_version = output.strip().rpartition("\n")[2].split()
    if word != "snapshot":
        raise ValueError(f"no snapshot in {output[-200:]!r}")
    return Taken(name=name, sha256=sha256, size=int(size), revision=int(revision), etcd_version="".join(etcd_version))
