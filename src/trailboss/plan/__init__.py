"""What to do, decided from what was seen. Pure; every decision returns its reasons."""

from trailboss.plan.compute import compute
from trailboss.plan.observation import NodeSeen, Observation

__all__ = ["NodeSeen", "Observation", "compute"]
