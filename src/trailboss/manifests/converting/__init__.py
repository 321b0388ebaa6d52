"""wksctl's manifests → today's form, comments kept, the cluster that they describe the same. Pure."""

from trailboss.manifests.converting.convert import Conversion, convert
from trailboss.manifests.converting.override import Override

__all__ = ["Conversion", "Override", "convert"]
