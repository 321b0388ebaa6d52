"""One file for each case, named after the state: what a host printed, and the fact that it is."""

from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from trailboss.facts import MachineFacts
from trailboss.facts.catalogue import FACTS
from trailboss.facts.fact import Fact

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
PARSERS = {fact.name: fact.parser for fact in FACTS}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_output_becomes_the_fact(path: Path) -> None:
    case = yaml.safe_load(path.read_text())
    parsed = PARSERS[case["fact"]](case["output"].strip())
    assert parsed == _typed(case["fact"], case["expected"])


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_a_host_without_the_program_has_the_empty_fact(fact: Fact) -> None:
    empty = fact.parser("")
    assert not empty
    assert _typed(fact.name, empty) == empty


def test_every_fact_is_a_field_and_every_field_but_the_skew_a_fact() -> None:
    assert {fact.name for fact in FACTS} | {"clock_skew_seconds"} == set(MachineFacts.model_fields)


def _typed(name: str, value: object) -> object:
    return TypeAdapter(MachineFacts.model_fields[name].annotation).validate_python(value)
