"""Our command and our worker, run as processes of their own: imported once, forked for each run.

Most of a run's time is its imports. What a run imports is asserted where a process begins from nothing: test_main.py.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache

_SERVER = """
import json, os, sys, tempfile, traceback
import temporalio.client, trailboss.cli.main, trailboss.cli.connection, trailboss.cli.reading
import trailboss.worker.__main__ as worker

def run(words, environment):
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[:] = words
    if words[0] == "trailboss":
        trailboss.cli.main.main()
    worker.leave(worker._main())

for line in sys.stdin:
    words, environment = json.loads(line)
    files = [tempfile.TemporaryFile() for _ in range(2)]
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, file in enumerate(files, start=1):
            os.dup2(file.fileno(), number)
        try:
            run(words, environment)
        except SystemExit as ended:
            sys.stdout.flush()
            os._exit(ended.code or 0)
        except BaseException:
            traceback.print_exc()
        os._exit(70)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    for file in files:
        file.seek(0)
    print(json.dumps([status, *(file.read().decode() for file in files)]), flush=True)
"""


@cache
def _server() -> subprocess.Popen[str]:
    """Return the process that forks, one for each process that runs tests; it ends with its standard input."""
    return subprocess.Popen([sys.executable, "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def run(words: Sequence[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `trailboss …`, or our worker by the word `worker`, with this environment and nothing of our own."""
    server = _server()
    assert server.stdin
    assert server.stdout
    server.stdin.write(json.dumps([words, environment]) + "\n")
    server.stdin.flush()
    answer = server.stdout.readline()
    assert answer, "the process that forks has ended; its last words are on standard error"
    status, output, errors = json.loads(answer)
    return subprocess.CompletedProcess[str](list(words), status, output, errors)


def environment(**given: str) -> dict[str, str]:
    """Return ours without what a developer's shell may have set, and `given`."""
    cleared = {name: value for name, value in os.environ.items() if not name.startswith(("TEMPORAL_", "TRAILBOSS_"))}
    return {**cleared, "TEMPORAL_CONFIG_FILE": os.devnull, **given}
