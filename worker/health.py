"""`python -m trailboss.worker.health`: whether the worker of this machine works, by the metrics that it serves.

For the image's health check, which runs every few seconds: nothing but the standard library. Exit status 0: it asks
Temporal for work. 1: it does not answer, or asks for none; the reason is printed.
"""

import os
import re
import sys
import urllib.request

_SECONDS = 4.0
_POLLERS = re.compile(r"^temporal_num_pollers\{.*\} ([0-9.e+]+)$", re.MULTILINE)


def main() -> int:
    problem = trouble(os.environ.get("TRAILBOSS_METRICS_ADDRESS", ""))
    sys.stdout.write(f"{problem or 'well'}\n")
    return 1 if problem else 0


def trouble(address: str) -> str:
    """What is wrong with the worker that serves its metrics at `address` (`host:port`), "" if nothing is."""
    if not address:
        return "TRAILBOSS_METRICS_ADDRESS is not set, so there is nothing to ask"
    port = address.rpartition(":")[2]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=_SECONDS) as answer:
            return "" if pollers(answer.read().decode()) else "it asks Temporal for no work"
    except OSError as error:
        return f"no metrics at port {port}: {error}"


def pollers(metrics: str) -> int:
    """How many requests for work the metrics say are open."""
    return sum(int(float(number)) for number in _POLLERS.findall(metrics))


if __name__ == "__main__":
    sys.exit(main())
