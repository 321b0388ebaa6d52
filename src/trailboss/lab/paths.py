"""Where the lab keeps what is dear to make: outside the checkout, so that a fresh clone finds it again."""

import os
from pathlib import Path

from platformdirs import user_cache_path


def cache_root() -> Path:
    """The cache directory: `TRAILBOSS_CACHE`, or the user's own (`~/.cache/trailboss` on Linux). May not exist yet."""
    chosen = os.environ.get("TRAILBOSS_CACHE")
    return Path(chosen).expanduser().absolute() if chosen else user_cache_path("trailboss")
