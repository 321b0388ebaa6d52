from typing import Literal

from trailboss.model.base import Frozen


class Problem(Frozen):
    """One thing that is wrong in what a user gave.

    `line` counts from 1 and is 0 where no line can be named; `document` counts the YAML documents of the file from 1
    and is 0 for what is no YAML file, such as an option of the command line.
    `found` and `allowed` are short texts in the user's words. A warning is told and does not stop anything.
    """

    file: str
    document: int = 1
    line: int = 0
    field: str = ""
    found: str = ""
    allowed: str = ""
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        document = f" (document {self.document})" if self.document else ""
        field = f" {self.field}" if self.field else ""
        found = f"; found {self.found}" if self.found else ""
        allowed = f"; allowed: {self.allowed}" if self.allowed else ""
        warning = "warning: " if self.severity == "warning" else ""
        return f"{place}{document}{field}: {warning}{self.message}{found}{allowed}"
