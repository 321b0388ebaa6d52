"""What `repo add` is given, made one and looked at before anything is kept."""

import re
from pathlib import Path

from trailboss.cli.output import console
from trailboss.model.errors import BadInput, RepositoryUnavailable
from trailboss.model.problem import Problem
from trailboss.model.revision import Repository

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_LEAST_INTERVAL = 1.0


def refuse_wrong(repository: Repository) -> None:
    """Raise BadInput with all that is wrong with what was given."""
    from trailboss.git import address  # pygit2 takes time to import, and most commands do without

    problems = []
    if not _NAME.fullmatch(repository.name):
        problems.append(_problem("NAME", "it cannot be a name", repository.name, "a-z, 0-9 and -, at most 63"))
    if address.secret_in(repository.url):
        problems.append(_problem("URL", "it holds a password, which would be kept: use --https-credentials-file"))
    elif address.transport(repository.url) == "other":
        problems.append(_problem("URL", "it cannot be followed", repository.url, "a path, file://, ssh://, https://"))
    if repository.interval_seconds < _LEAST_INTERVAL:
        problems.append(_problem("--interval", "it is too short", f"{repository.interval_seconds:g}", "1 or more"))
    if problems:
        raise BadInput(tuple(problems))


def refuse_unreadable(repository: Repository) -> None:
    from trailboss import git  # as above

    try:
        found = git.probe(repository)
    except RepositoryUnavailable as error:
        remedy = "--no-check adds it nevertheless, where only the worker's machine can read it"
        raise BadInput((_problem("URL", f"{error} ({remedy})"),)) from error
    if not found.head:
        console.print(f"note: {found.problem}; it is polled until there is", markup=False, soft_wrap=True)


def _problem(field: str, message: str, found: str = "", allowed: str = "") -> Problem:
    return Problem(file="repo add", document=0, field=field, message=message, found=found, allowed=allowed)


def absolute_url(url: str) -> str:
    """Return a local path as seen from anywhere; the worker runs in another folder."""
    from trailboss.git import address  # as above

    is_path = address.transport(url) == "local" and "://" not in url
    return str(Path(url).expanduser().absolute()) if is_path else url


def absolute(path: Path | None) -> str | None:
    return str(path.expanduser().absolute()) if path else None
