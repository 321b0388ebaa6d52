"""Where the lab keeps what is dear to make: outside the checkout, so that a fresh clone finds it again."""

from pathlib import Path

from platformdirs import user_cache_path

from trailboss.model.places import chosen


def cache_root() -> Path:
    """The cache directory: `TRAILBOSS_CACHE`, or the user's own (`~/.cache/trailboss` on Linux). May not exist yet."""
    return chosen("TRAILBOSS_CACHE") or user_cache_path("trailboss")
