"""Programs of a staged version take the place of those installed: each whole or not at all, checked once more."""

from collections.abc import Sequence

from trailboss.facts.paths import BINARIES_DIR, staged
from trailboss.steps.command import Command

# A copy that is not what was staged takes the mark with it, so that the next plan stages the version anew.
_INSTALL = """\
staged={staged}
[ -s "$staged/complete" ] || {{ echo "Kubernetes {version} is not staged on this host" >&2; exit 1; }}
for name in {names}; do
  if ! grep " $name$" "$staged/complete" | (cd "$staged"; sha256sum -c --quiet -) >&2; then
    rm -f "$staged/complete"; echo "$staged/$name is not what was staged" >&2; exit 1
  fi
  new={target}/.trailboss-new.$name
  cp "$staged/$name" "$new"; chmod 755 "$new"; sync "$new"; mv -f "$new" {target}/"$name"
done
"""


def install(version: str, names: Sequence[str]) -> Command:
    """Return the command that installs `names` of `version`."""
    script = _INSTALL.format(staged=staged(version), version=version, names=" ".join(names), target=BINARIES_DIR)
    return Command(summary=f"install {', '.join(names)} {version}", script=script)
