from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from trailboss.model import names
from trailboss.model.errors import BadInput
from trailboss.model.places import full
from trailboss.model.problem import Problem


def _seconds(given: object) -> object:
    """Take a bare number as seconds: in text, pydantic itself reads ISO 8601 only."""
    try:
        return float(given) if isinstance(given, str) else given
    except ValueError:
        return given


Duration = Annotated[timedelta, BeforeValidator(_seconds)]
Place = Annotated[Path, AfterValidator(full)]


class Settings(BaseSettings):
    """What an operator may set for the CLI and the worker: environment variables that begin with `TRAILBOSS_`.

    Durations are seconds ("90", "2.5") or ISO 8601 ("PT1M30S"). How to reach Temporal is not here: that is Temporal's
    standard environment and profile (`worker/temporal/connection.py`); OTLP export is OpenTelemetry's
    (`worker/telemetry.py`); where the lab keeps its cache is the lab's own affair (`lab/paths.py`).
    """

    model_config = SettingsConfigDict(
        env_prefix="TRAILBOSS_",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )

    home: Place = Field(default_factory=lambda: user_data_path("trailboss"))
    """Folder of what must outlive a process: the embedded Temporal's history, mirrors of repositories, the lab's keys.
    Default: the user's data folder, `~/.local/share/trailboss` on Linux."""

    task_queue: str = names.TASK_QUEUE
    """Temporal task queue that carries all workflows and activities. Default: `trailboss`; another one lets two
    installations share a namespace, if every process of an installation has the same."""

    ssh_key_file: Path | None = None
    """Private key to log in to machines whose manifests name none. None: the keys that the SSH agent offers and the
    usual files in `~/.ssh`."""

    ssh_known_hosts_file: Path = Path("~/.ssh/known_hosts")
    """Host keys that are trusted for machines whose manifests give none. A host that is not in it is refused."""

    cluster_defaults: Place | None = None
    """YAML file with fields of an SSHCluster's spec that hold in every cluster whose manifests say nothing else, such
    as a mirror or known_hosts; read when a process starts (`manifests/default_file.py`). None: there are none."""

    ssh_connect_timeout: Duration = Field(default=timedelta(seconds=10), gt=timedelta(0))
    """Bound of one attempt to connect: name resolution, TCP and log-in together. Default: 10 s; a host that is slower
    is tried again by Temporal, with growing pauses."""

    ssh_keepalive: Duration = Field(default=timedelta(seconds=15), gt=timedelta(0))
    """How often a silent connection is probed; three unanswered probes end it. Default: 15 s, so that a dead host is
    noticed within a minute."""

    max_concurrent_activities: int = Field(default=100, ge=1)
    """Activities that one worker runs at once; nearly all of them wait for a host. Default: 100: one SSH session each
    keeps well below the usual limit of open files (1024)."""

    graceful_shutdown_timeout: Duration = Field(default=timedelta(seconds=10), ge=timedelta(0))
    """How long a worker that was told to stop lets activities finish before it cancels them. Default: 10 s. What runs
    on a host goes on there, and the next worker attaches to it; longer only helps short steps to end in their first
    attempt."""

    metrics_address: str | None = None
    """`host:port` where the worker serves Prometheus metrics at `/metrics`. None: no endpoint."""

    ui_address: str = Field(default="", pattern="^(https?://.+)?$")
    """Where the web UI of the Temporal in use answers, such as `https://temporal.example.com`: commands print links to
    its pages. Default: none, but for the web UI of a running `trailboss dev`, which is known."""

    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    """Least severe messages that the worker logs: DEBUG, INFO, WARNING or ERROR."""

    log_format: Literal["text", "json"] = "text"
    """How the worker logs: lines for people, or one JSON object a line, which says what it is about in fields of its
    own (`worker/logs.py`). Default: text."""

    @property
    def temporal_home(self) -> Path:
        """Where the embedded Temporal keeps its history, log and record."""
        return self.home / "temporal"


def load_settings() -> Settings:
    """Read the settings of the environment.

    Raises:
        BadInput: variables that cannot be understood, all of them at once.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise BadInput(tuple(_problem(one["loc"], one["msg"]) for one in error.errors(include_input=False))) from None


def _problem(place: tuple[int | str, ...], message: str) -> Problem:
    return Problem(file="environment", document=0, field=f"TRAILBOSS_{place[0]}".upper(), message=message)
