from trailboss.model.base import Frozen


class Problem(Frozen):
    """One thing that is wrong in what a user gave.

    `line` counts from 1 and is 0 where no line can be named; `document` counts the YAML documents of the file from 1.
    `found` and `allowed` are short texts in the user's words.
    """

    file: str
    document: int = 1
    line: int = 0
    field: str = ""
    found: str = ""
    allowed: str = ""
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        field = f" {self.field}" if self.field else ""
        found = f"; found {self.found}" if self.found else ""
        allowed = f"; allowed: {self.allowed}" if self.allowed else ""
        return f"{place} (document {self.document}){field}: {self.message}{found}{allowed}"
