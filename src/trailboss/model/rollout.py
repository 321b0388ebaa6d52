"""How a running cluster is changed: how many machines at once, how they are emptied, when, and on whose word."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from trailboss.model.base import Frozen

WhenBlocked = Literal["wait", "ask", "force"]
Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
EVERY_DAY: tuple[Weekday, ...] = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class MaxUnavailable(Frozen):
    """How many workers may be out of service at once: a number, or a share of all workers; never less than one."""

    number: int | None = Field(default=1, ge=1)
    percent: int | None = Field(default=None, ge=1, le=100)

    def of(self, workers: int) -> int:
        """Return the number for so many workers; a share is rounded down, as Kubernetes does."""
        wanted = workers * self.percent // 100 if self.percent is not None else self.number or 1
        return max(1, min(wanted, max(workers, 1)))


class Drain(Frozen):
    """How a machine is emptied, through the eviction API.

    `timeout` bounds one machine. `grace`: how long each pod may take to end; None: what the pod itself asks for.
    `when_blocked`: what to do once a disruption budget has kept a pod for the whole timeout: "wait" goes on trying,
    "ask" holds that machine until an operator approves or skips it, "force" deletes the pod. `unmanaged`: pods without
    a controller, which nothing brings back, may be removed too. `local_data`: likewise for pods with emptyDir volumes.
    """

    timeout: timedelta = timedelta(minutes=10)
    grace: timedelta | None = None
    when_blocked: WhenBlocked = "wait"
    unmanaged: bool = False
    local_data: bool = True


class Window(Frozen):
    """When changes that disrupt may begin: on `days` from `start` ("22:00") for `duration`, by the clock of `zone`."""

    days: tuple[Weekday, ...] = EVERY_DAY
    start: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    duration: timedelta = Field(gt=timedelta(0), le=timedelta(days=1))
    zone: str = "UTC"


class Rollout(Frozen):
    """How changes that disrupt go over a cluster's machines.

    `first_alone`: one worker goes before all others. `soak`: how long a changed worker must stay Ready before the next
    batch. `failure_budget`: how many workers may fail before the change stops; 0: the first failure stops it.
    `windows`: none means at any time. `approval`: an operator approves each change that disrupts before it begins.
    `remove_at_most`: how many machines one revision may take away, where that is more than one in three; an operator
    approves that in any case. None: no more than that.
    """

    max_unavailable: MaxUnavailable = MaxUnavailable()
    first_alone: bool = True
    soak: timedelta = timedelta(seconds=10)
    failure_budget: int = Field(default=0, ge=0)
    drain: Drain = Drain()
    windows: tuple[Window, ...] = ()
    approval: bool = False
    remove_at_most: int | None = Field(default=None, ge=1)


class Snapshots(Frozen):
    """Where etcd's snapshots go: a folder on the worker, or s3://BUCKET/PREFIX; None: Trailboss's own home.

    `keep`: how many of a cluster's snapshots stay; older ones are removed after a new one is stored.
    """

    store: str | None = None
    keep: int = Field(default=5, ge=1)
