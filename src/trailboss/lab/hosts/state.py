"""lab.json: what a lab is, for the next process that asks."""

from pydantic import ValidationError

from trailboss.lab.home import lab_dir, labs_dir, write_private
from trailboss.lab.hosts.errors import no_such_lab
from trailboss.lab.hosts.model import Lab


def save_lab(lab: Lab) -> None:
    write_private(lab_dir(lab.name) / "lab.json", lab.model_dump_json(indent=2) + "\n")


def load_lab(name: str = "lab") -> Lab:
    """The lab of that name, as `lab up` left it. Raises BadInput, naming the labs there are."""
    found = find_lab(name)
    if found is None:
        raise no_such_lab(name, saved_labs())
    return found


def find_lab(name: str) -> Lab | None:
    """As load_lab, and None where there is no (readable) lab.json: `lab up` then makes one."""
    try:
        return Lab.model_validate_json((lab_dir(name) / "lab.json").read_text())
    except (FileNotFoundError, ValidationError):
        return None


def saved_labs() -> list[str]:
    """Names of labs that have a state directory, whole or not."""
    return sorted(path.name for path in labs_dir().glob("*") if path.is_dir())
