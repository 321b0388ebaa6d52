"""Where mirrors of repositories are kept on this machine."""

import hashlib
from pathlib import Path

from trailboss.model.places import state_home
from trailboss.model.revision import Repository


def repositories_home() -> Path:
    return state_home() / "repositories"


def mirror_path(repository: Repository, cache: Path | None) -> Path:
    """Return where this repository's mirror belongs; another URL under the same name is another mirror."""
    url = hashlib.sha256(repository.url.encode()).hexdigest()[:12]
    return (cache or repositories_home()) / f"{repository.name}-{url}.git"
