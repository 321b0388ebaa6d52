"""What fields mean is told of fields that there are, of all of ours, and as the documentation tells it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from trailboss.manifests.published.tree import every_kind, fields_of, tree_of
from trailboss.manifests.schema.meaning import MEANING, WHEN, meaning_of

DOCS = Path(__file__).parents[3] / "docs/manifests.md"


@pytest.mark.parametrize("kind", MEANING)
def test_meanings_are_of_fields_that_there_are(kind: str) -> None:
    shape = next(each for each in every_kind() if each.name == kind)
    known = {path for path, _ in fields_of(tree_of(shape))}
    assert set(MEANING[kind]) <= known
    words = {word for meaning in MEANING[kind].values() for word in meaning.when.partition(";")[0].split(", ") if word}
    assert words <= set(WHEN)


@pytest.mark.parametrize("kind", ["SSHCluster", "SSHMachine"])
def test_every_field_of_ours_says_what_it_means_and_when(kind: str) -> None:
    shape = next(each for each in every_kind() if each.name == kind)
    lacking = [
        path
        for path, node in fields_of(tree_of(shape))
        if path.startswith("spec.") and not (meaning_of(kind, path).when and (node["means"] or node["allowed"]))
    ]
    assert lacking == [], "schema/meaning.py says it"


def rows() -> Iterator[tuple[str, str, str]]:
    """Yield kind, field and "when" of docs/manifests.md's table, one for each field that a row names."""
    kind = ""
    for line in DOCS.read_text().splitlines():
        if found := re.match(r"\| \*\*(\w+)\*\* ", line):
            kind = found[1]
        elif kind and (found := re.match(r"\| (`.+?`) \|.*\| ([^|]*) \|$", line)):
            names, around = re.findall(r"`([^`]+)`", found[1]), ""
            for name in names:
                # "`a.b`, `.c`" are a.b and a.c; "`a.`, `b.c`" are a.c and b.c.
                whole = f"{around}{name}" if name.startswith(".") else name
                whole += names[-1].rpartition(".")[2] if name.endswith(".") else ""
                around = whole.rpartition(".")[0]
                yield kind, f"spec.{whole}", found[2].strip()
        elif kind and not line.startswith("|"):
            kind = ""


def test_the_documentation_says_when_as_the_models_do() -> None:
    told = list(rows())
    assert len(told) > 50
    assert [(kind, field, when) for kind, field, when in told if meaning_of(kind, field).when != when] == []
