"""How long plans may take, from how long their steps took before. Pure."""

from trailboss.plan.estimate.durations import Durations, Sample
from trailboss.plan.estimate.estimating import estimate

__all__ = ["Durations", "Sample", "estimate"]
