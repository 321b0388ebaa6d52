"""The artifact mirror: Kubernetes' binaries and images in upstream's layout, in a cache outside the checkout."""

from trailboss.lab.mirror.build import ensure
from trailboss.lab.mirror.errors import MirrorFailed
from trailboss.lab.mirror.layout import VersionLayout, mirror_root, version_tag
from trailboss.lab.mirror.sums import is_complete as _is_complete
from trailboss.lab.paths import cache_root

__all__ = ["MirrorFailed", "cache_root", "ensure", "is_complete", "mirror_root"]


def is_complete(version: str) -> bool:
    """Whether every artifact of `version` is there; their content is not read. Raises BadInput."""
    return _is_complete(VersionLayout(mirror_root(), version_tag(version)))
