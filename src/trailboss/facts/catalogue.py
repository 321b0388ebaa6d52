"""All facts as one script and back: one round trip for a machine."""

import re
from collections.abc import Collection
from typing import Any

from trailboss.facts import certificates, host, kernel, kubernetes, network, ownership, runtime
from trailboss.facts.fact import Fact
from trailboss.facts.machine_facts import MachineFacts
from trailboss.model.errors import TemporaryError

FACTS: tuple[Fact, ...] = (
    *host.FACTS,
    *kernel.FACTS,
    *runtime.FACTS,
    *kubernetes.FACTS,
    *certificates.FACTS,
    *network.FACTS,
    *ownership.FACTS,
    host.CLOCK,
)

_MARK = "@@trailboss-fact"
_END = "end"
_SECTION = re.compile(rf"^{_MARK} (\S+)\n", re.MULTILINE)
_START = """set +e; export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin"
exec 2>/dev/null
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT"""


def script(names: Collection[str] = ()) -> str:
    """Return the bash script that prints facts, each after a line that names it; it changes nothing.

    `names`: the facts that are wanted; none named: all of them.
    """
    wanted = [fact for fact in FACTS if not names or fact.name in names or fact == host.CLOCK]
    slow = [f'( {fact.command}\n) </dev/null >"$work/{fact.name}" &' for fact in wanted if fact.slow]
    quick = [_print(fact) for fact in wanted if not fact.slow and fact != host.CLOCK]
    waited = ["wait", *(_print(fact) for fact in wanted if fact.slow), _print(host.CLOCK)]
    return "\n".join([_START, *slow, *quick, *waited, f"printf '\\n{_MARK} {_END}\\n'", ""])


def parse(output: str, *, read_at: float | None = None) -> MachineFacts:
    """Turn the script's output into facts; those that it was not asked for are empty.

    `read_at`: the reader's clock when the output came, seconds since the epoch.

    Raises:
        TemporaryError: the output is not whole: the session ended before the script did.
    """
    printed = _sections(output)
    if _END not in printed:
        raise TemporaryError("the facts of the machine came only in part")
    values: dict[str, Any] = {fact.name: fact.parser(printed.get(fact.name, "")) for fact in FACTS}
    if read_at is not None and values["epoch"]:
        values["clock_skew_seconds"] = values["epoch"] - read_at
    return MachineFacts.model_validate(values)


def _print(fact: Fact) -> str:
    printing = f'cat "$work/{fact.name}"' if fact.slow else f"( {fact.command}\n) </dev/null"
    return f"printf '\\n{_MARK} {fact.name}\\n'; {printing}"


def _sections(output: str) -> dict[str, str]:
    parts = _SECTION.split(output)
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}
