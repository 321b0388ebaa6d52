"""The newest release of a minor version, as upstream and its mirrors publish it: a file that holds one version."""

import re
import shlex
from collections.abc import Iterable

_RELEASE = re.compile(r"v(1\.(\d+)\.\d+)")


def ask(binaries: str, minors: Iterable[int]) -> str:
    """Return the script that prints one line for each minor, empty where nothing is published; it always ends well.

    `binaries`: the base URL of release/stable-1.34.txt.
    """
    base = shlex.quote(f"{binaries.rstrip('/')}/release")
    fetch = f"curl -fsSL --connect-timeout 5 --max-time 15 {base}/stable-1.$minor.txt </dev/null 2>/dev/null"
    return f"for minor in {' '.join(map(str, minors))}; do\n  {fetch}\n  echo\ndone\n"


def parse_answers(output: str, minors: Iterable[int]) -> tuple[str, ...]:
    """Return the releases of these minors, ascending, without a leading v; anything else that came is left out."""
    answers = (_RELEASE.fullmatch(line.strip()) for line in output.splitlines())
    found = {int(answer[2]): answer[1] for answer in answers if answer}
    return tuple(found[minor] for minor in sorted(minors) if minor in found)
