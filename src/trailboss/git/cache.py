"""Where mirrors of repositories are kept on this machine."""

import hashlib
import os
from pathlib import Path

from platformdirs import user_data_path

from trailboss.model.revision import Repository


def state_home() -> Path:
    """Return the folder for what Trailboss keeps: $TRAILBOSS_HOME, else ~/.local/share/trailboss on Linux."""
    home = os.environ.get("TRAILBOSS_HOME")
    return Path(home).expanduser() if home else user_data_path("trailboss")


def repositories_home() -> Path:
    return state_home() / "repositories"


def mirror_path(repository: Repository, cache: Path | None) -> Path:
    """Return where this repository's mirror belongs; another URL under the same name is another mirror."""
    url = hashlib.sha256(repository.url.encode()).hexdigest()[:12]
    return (cache or repositories_home()) / f"{repository.name}-{url}.git"
