from pathlib import Path

from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem


def differs(path: Path, text: str) -> bool:
    """Tell whether something is there that is not this text."""
    return path.exists() and (not path.is_file() or path.read_bytes() != text.encode())


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all, and the folders above it.

    Raises:
        BadInput: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}.half")
        half.write_text(text, encoding="utf-8")
        half.replace(path)
    except OSError as error:
        raise BadInput((Problem(file=str(path), message=f"cannot be written: {error.strerror}"),)) from error
