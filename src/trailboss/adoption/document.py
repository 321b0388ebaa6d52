"""A manifest whose values tell where they came from."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Field:
    """One value of a manifest, and where it came from ("" where that says nothing)."""

    value: Any
    origin: str = ""


Document = dict[str, Any]
"""Name to a Field, or to a further Document; names that lead to nothing are left out."""
