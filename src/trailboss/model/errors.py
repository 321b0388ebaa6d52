"""The error tree; `activities/errors.py` is the one place that maps it to Temporal's errors.

TrailbossError
├── PermanentError            retrying the same thing cannot help
│   ├── BadInput              manifests, options: carries every Problem found
│   ├── HostRefused           host key or authentication refused, or the host belongs to another cluster
│   ├── StaleWriter           a newer change has taken this host over
│   ├── StepFailed            a step ran and its result is not what it must be
│   └── RevisionGone          the commit is not in the repository any more
└── TemporaryError            worth another attempt
    ├── HostUnreachable       no connection, or it dropped
    ├── CommandFailed         a remote command ended with an exit status other than 0
    ├── ApiUnavailable        no API server of the cluster answers
    ├── RepositoryUnavailable the Git remote cannot be read now
    ├── StoreUnavailable      the snapshots' store cannot be reached, or does not let us in
    ├── TemporalUnreachable   no Temporal server answers, or its configuration cannot be read
    └── GateNotHeld           "waiting for …" ran out of time
"""

from trailboss.model.problem import Problem


class TrailbossError(Exception):
    """Anything Trailboss reports in its own words."""


class PermanentError(TrailbossError):
    """Retrying the same thing cannot help."""


class TemporaryError(TrailbossError):
    """Worth another attempt."""


class BadInput(PermanentError):
    """What a user gave is wrong; carries every problem found, never the first only."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class HostRefused(PermanentError):
    """The host answered, and will not let us in, or must not be touched by this cluster."""


class StaleWriter(PermanentError):
    """A newer change has taken this host over; this one must stop."""


class StepFailed(PermanentError):
    """A step ran, and what it should have brought about is not there."""


class RevisionGone(PermanentError):
    """The commit cannot be found in its repository any more."""


class HostUnreachable(TemporaryError):
    """No connection to the host, or it dropped."""


class CommandFailed(TemporaryError):
    """A remote command ended with an exit status other than 0."""

    def __init__(self, host: str, command: str, exit_status: int, output: str) -> None:
        self.host = host
        self.command = command
        self.exit_status = exit_status
        self.output = output
        super().__init__(f"{host}: {command!r} ended with exit status {exit_status}: {output.strip()[-2000:]}")


class ApiUnavailable(TemporaryError):
    """No API server of the cluster answers."""


class RepositoryUnavailable(TemporaryError):
    """The Git remote cannot be read now."""


class StoreUnavailable(TemporaryError):
    """The store of snapshots cannot be reached now, or does not let us in."""


class TemporalUnreachable(TemporaryError):
    """No Temporal server answers where one was expected, or the configuration that says where cannot be read."""


class GateNotHeld(TemporaryError):
    """A condition did not come to hold in time; the message completes "waiting for …"."""
