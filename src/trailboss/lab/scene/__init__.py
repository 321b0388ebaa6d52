"""A cluster in a lab from end to end, for the demo, the tests and the benchmarks."""

from trailboss.lab.scene.embedded import Embedded
from trailboss.lab.scene.manifests import defaults, manifests
from trailboss.lab.scene.origin import Origin

__all__ = ["Embedded", "Origin", "defaults", "manifests"]
