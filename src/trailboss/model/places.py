"""Where things are kept on this machine: one reading of the variables for the worker, Git's mirrors and the lab."""

import os
from pathlib import Path

from platformdirs import user_data_path

from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem


def state_home() -> Path:
    """Return the folder of what must outlive a process: $TRAILBOSS_HOME, else ~/.local/share/trailboss on Linux."""
    return chosen("TRAILBOSS_HOME") or user_data_path("trailboss")


def chosen(variable: str) -> Path | None:
    """Return the folder that a variable of the environment names, None if it names none.

    Raises:
        BadInput: it cannot be understood.
    """
    text = os.environ.get(variable)
    try:
        return full(Path(text)) if text else None
    except ValueError as error:
        raise BadInput((Problem(file="environment", document=0, field=variable, message=str(error)),)) from error


def full(path: Path) -> Path:
    """Return the path as it is from any folder; `~` is the user's home.

    Raises:
        ValueError: it begins with the home of a user whom this machine does not know.
    """
    try:
        return path.expanduser().absolute()
    except RuntimeError as error:
        raise ValueError(str(error)) from error
