"""How a process of ours ends."""

import os
import sys
from typing import NoReturn


def leave(status: str | int | None) -> NoReturn:
    """End the process without taking the interpreter down piece by piece where Temporal's SDK is loaded.

    Its threads may still run then, and now and then abort the process (temporalio/sdk-python issue 300).
    """
    if "temporalio.bridge" not in sys.modules:
        sys.exit(status)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else int(bool(status)))
