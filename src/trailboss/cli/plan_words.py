"""Words that texts and pictures of a preview share. Pure."""

from collections.abc import Iterator
from typing import Final

from trailboss.model.addons import AddonPlan
from trailboss.model.plan import Operation, Plan, Stage
from trailboss.model.preview import Disruption, Estimate, Member, Preview

# What is told of a machine; the first of these that is planned for it.
_HAPPENS: Final[dict[Operation, str]] = {
    "destroy": "is reset",
    "remove": "is removed",
    "init": "becomes the first control plane",
    "join": "joins",
    "upgrade": "is upgraded",
    "renew": "gets new certificates",
    "reconfigure": "gets new settings",
    "kubelet": "gets new kubelet settings",
    "record": "records the settings",
    "settle": "is settled",
    "prepare": "is prepared",
    "stage": "gets artifacts",
    "snapshot": "has etcd's snapshot taken",
    "restore": "is restored",
}
_CHANGES_VERSION: Final = frozenset(("init", "join", "upgrade"))
_MINUTE, _HOUR = 60, 3600
_FEW = 90


def happens(preview: Preview, machine: str) -> str:
    """Return what is done to a machine, "" where nothing is."""
    planned = {one.operation for plan in preview.plans for one in plan.operations if one.machine == machine}
    return next((words for operation, words in _HAPPENS.items() if operation in planned), "")


def versions(preview: Preview, member: Member) -> str:
    """Return "1.33.4 → 1.34.4", or the one version that stays; "new" for what is no member yet."""
    later = [plan.kubernetes_version for plan in preview.plans if _changes_version(plan, member.machine)]
    path = list(dict.fromkeys([member.version or "new", *later]))
    return " → ".join(path)


def _changes_version(plan: Plan, machine: str) -> bool:
    return any(one.machine == machine and one.operation in _CHANGES_VERSION for one in plan.operations)


def duration(seconds: float) -> str:
    """Return "45 s", "4 min 10 s", "1 h 20 min"."""
    whole = round(seconds)
    if whole < _FEW:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s" if whole % _MINUTE else f"{whole // _MINUTE} min"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"


def estimate_words(estimate: Estimate) -> str:
    """Return "about 4 min 10 s (3 min 30 s to 6 min)"."""
    return f"about {duration(estimate.seconds)} ({duration(estimate.low)} to {duration(estimate.high)})"


def estimate_source(estimate: Estimate) -> str:
    if estimate.measured == estimate.steps:
        return f"all {estimate.steps} steps as they were measured here"
    return f"{estimate.measured} of {estimate.steps} steps as they were measured here, the others on {estimate.table}"


def disruption_words(disruption: Disruption) -> str:
    """Return one line: the machine, why, how many pods go; workloads of each namespace."""
    words = (
        f"{disruption.machine} {disruption.why}"
        if _is_verb(disruption.why)
        else f"{disruption.machine}: {disruption.why}"
    )
    return f"{words}; {evicted_words(disruption)}" if disruption.pods else words


def evicted_words(disruption: Disruption, most: int = 4) -> str:
    goes = "1 pod goes" if disruption.evicted == 1 else f"{disruption.evicted} pods go"
    named = [f"{pods.count} of {pods.namespace}/{pods.workload}" for pods in disruption.pods]
    more = f" and {len(named) - most} more workloads" if len(named) > most else ""
    return f"{goes} elsewhere: {', '.join(named[:most])}{more}"


def _is_verb(why: str) -> bool:
    return why.startswith(("is ", "leaves "))


def result_words(preview: Preview) -> str:
    """Return in a few words what comes of it."""
    if preview.refusals:
        return f"refused for {count(len(preview.refusals), 'reason')}"
    if preview.changes_nothing:
        return "nothing to do"
    operations = sum(len(plan.operations) for plan in preview.plans)
    addons = sum(len(plan.addons) for plan in preview.plans)
    counts = ((operations, "machine operation"), (addons, "addon"))
    plans = f" in {len(preview.plans)} plans" if preview.later else ""
    return " and ".join(count(number, what) for number, what in counts if number) + plans


def addon_words(addon: AddonPlan) -> str:
    """Return one line: what is done with an addon, why, and after which others."""
    after = f", after {', '.join(addon.depends_on)}" if addon.depends_on else ""
    return f"{addon.operation} {addon.name}: {addon.reason}{after}"


def count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def version_path(preview: Preview) -> str:
    """Return the versions that the cluster goes through: what runs, this plan's, those of plans to follow."""
    begins = preview.observed_version or "nothing"
    return " → ".join(dict.fromkeys([begins, preview.kubernetes_version, *preview.later_versions]))


def pace(stage: Stage) -> str:
    """Return how a stage's machines follow each other; "" for one machine."""
    if len(stage.operations) == 1:
        return ""
    if stage.parallel == 1:
        return "one at a time"
    return f"{stage.parallel} at a time" + (", the first alone" if stage.first_alone else "")


def stage_times(preview: Preview) -> Iterator[tuple[int, Stage, float, float]]:
    """Yield (number of the plan, stage, begin, end) of all stages; begin and end are 0 without an estimate."""
    spans = preview.estimate.spans if preview.estimate else ()
    for number, plan in enumerate(preview.plans):
        for stage in plan.stages:
            own = [span for span in spans if span.plan == number and span.stage == stage.name]
            yield number, stage, min((one.begins for one in own), default=0), max((one.ends for one in own), default=0)
