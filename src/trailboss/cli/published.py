"""Writes what is published of the models into the repository: `python -m trailboss.cli.published`."""

from collections.abc import Iterator
from pathlib import Path

from trailboss.manifests.published.crd import crd_files
from trailboss.manifests.published.json_schema import schema_files
from trailboss.manifests.published.page import page

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/reference/manifests.md"


def published() -> dict[Path, str]:
    """Return every file with its text."""
    schemas = {ROOT / "schemas" / name: text for name, text in schema_files().items()}
    definitions = {ROOT / "deploy/crds" / name: text for name, text in crd_files().items()}
    return {**schemas, **definitions, PAGE: page()}


def left_over(wanted: dict[Path, str]) -> Iterator[Path]:
    """Yield files of kinds that are not there any more."""
    for folder in (ROOT / "schemas", ROOT / "deploy/crds"):
        yield from (file for file in sorted(folder.rglob("*")) if file.is_file() and file not in wanted)


if __name__ == "__main__":
    files = published()
    for old in left_over(files):
        old.unlink()
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
