"""SSHCluster `spec.rollout` and `spec.snapshots`; defaults are the model's."""

import re
from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, Field, PlainValidator, model_validator

from trailboss.manifests.schema import seen
from trailboss.manifests.schema.base import Schema
from trailboss.manifests.schema.seen import Seen, like
from trailboss.manifests.schema.texts import refuse
from trailboss.manifests.schema.times import Duration, PositiveDuration, TimeOfDay, Zone, duration_text
from trailboss.model.rollout import EVERY_DAY, Drain, MaxUnavailable, Rollout, Snapshots, Weekday, WhenBlocked

_SEEN_SHARE = Seen({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": seen.PERCENT}]})
_PERCENT = re.compile(r"(100|[1-9]\d?)%", re.ASCII)
_S3 = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^\s?#]*)?", re.ASCII)
_STORE = "a path on the worker that begins with / or ~/, or s3://BUCKET[/PREFIX]"
MAX_UNAVAILABLE = 'a number of workers from 1 on, or a share of them from "1%" to "100%"'
_DAYS = ", ".join(EVERY_DAY)
_DRAIN, _ROLLOUT, _SNAPSHOTS = Drain(), Rollout(), Snapshots()


def read_max_unavailable(value: object) -> MaxUnavailable:
    if isinstance(value, str) and _PERCENT.fullmatch(value):
        return MaxUnavailable(percent=int(value.removesuffix("%")))
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 1:
            raise refuse("with no worker out of service none can be changed", MAX_UNAVAILABLE)
        return MaxUnavailable(number=value)
    raise refuse("neither a number of workers nor a share of them", MAX_UNAVAILABLE)


def _days(days: list[Weekday]) -> list[Weekday]:
    if not days:
        raise refuse("a window without any day never opens", f"{_DAYS}; without the field: every day")
    if len(set(days)) < len(days):
        raise refuse("a day that is given more than once", "each day once")
    return days


def _store(text: str) -> str:
    if text.startswith("s3:"):
        if not _S3.fullmatch(text):
            raise refuse("not a place in a bucket", "s3://BUCKET[/PREFIX], without keys")
        return text.rstrip("/")
    if not text.startswith(("/", "~/")):
        raise refuse("neither a full path nor a bucket", _STORE)
    return text


class DrainSettings(Schema):
    timeout: PositiveDuration = Field(default=_DRAIN.timeout, description="1s or more, such as 10m")
    grace_period: PositiveDuration | None = Field(
        default=_DRAIN.grace, description="1s or more, such as 30s; without the field: what each pod asks for"
    )
    when_blocked: WhenBlocked = Field(default=_DRAIN.when_blocked, description="wait, ask, force")
    unmanaged_pods: bool = Field(default=_DRAIN.unmanaged, description="true or false")
    local_data: bool = Field(default=_DRAIN.local_data, description="true or false")

    @model_validator(mode="after")
    def _pods_end_in_time(self) -> Self:
        if self.grace_period and self.grace_period > self.timeout:
            grace, timeout = duration_text(self.grace_period), duration_text(self.timeout)
            message = (
                f"one pod may take longer to end (gracePeriod, {grace}) than all of them have (timeout, {timeout})"
            )
            raise refuse(message, "a gracePeriod that is not longer than the timeout")
        return self


class WindowSettings(Schema):
    days: Annotated[list[Weekday], AfterValidator(_days), Seen({"minItems": 1})] = Field(
        default=list(EVERY_DAY), description=f"a list of {_DAYS}"
    )
    start: TimeOfDay = Field(description='HH:MM, such as "22:00"')
    duration: PositiveDuration = Field(le=timedelta(days=1), description="1s to 24h, such as 4h")
    time_zone: Zone = Field(default="UTC", description="a name such as Europe/Berlin")


class RolloutSettings(Schema):
    max_unavailable: Annotated[MaxUnavailable, PlainValidator(read_max_unavailable), _SEEN_SHARE] = Field(
        default=_ROLLOUT.max_unavailable, description=MAX_UNAVAILABLE
    )
    first_alone: bool = Field(default=_ROLLOUT.first_alone, description="true or false")
    soak: Duration = Field(default=_ROLLOUT.soak, description="0s or more, such as 30s")
    failure_budget: int = Field(default=_ROLLOUT.failure_budget, ge=0, description="a number of workers, 0 or more")
    approval: bool = Field(default=_ROLLOUT.approval, description="true or false")
    remove_at_most: int | None = Field(
        default=_ROLLOUT.remove_at_most, ge=1, description="a number of machines, 1 or more"
    )
    drain: DrainSettings = Field(
        default=DrainSettings(),
        description="a mapping with timeout, gracePeriod, whenBlocked, unmanagedPods, localData",
    )
    windows: list[WindowSettings] = Field(
        default=[], description="a list of mappings with days, start, duration, timeZone"
    )


class SnapshotSettings(Schema):
    store: Annotated[str, AfterValidator(_store), like(seen.STORE)] | None = Field(
        default=_SNAPSHOTS.store, description=_STORE
    )
    keep: int = Field(default=_SNAPSHOTS.keep, ge=1, description="a number of snapshots, 1 or more")
