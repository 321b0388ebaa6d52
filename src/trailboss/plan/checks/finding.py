from collections.abc import Callable, Iterator

from trailboss.model.plan import Refusal
from trailboss.plan.situation import Situation

Finding = Refusal | str
"""What a check has to say: a refusal, or a note of what is seen and let pass."""

Check = Callable[[Situation], Iterator[Finding]]
