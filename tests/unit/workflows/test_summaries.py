"""Whatever a workflow begins says what it is, in the sources too: no story passes every line of them."""

import ast
from pathlib import Path

import pytest

from trailboss.workflows import policies

FOLDER = Path(policies.__file__).parent
SOURCES = sorted(FOLDER.rglob("*.py"))
WORDS = {
    "execute_activity": "summary",
    "execute_activity_method": "summary",
    "start_activity": "summary",
    "sleep": "summary",
    "wait_condition": "timeout_summary",
}
CHILDREN = {"start_child_workflow", "execute_child_workflow"}


def calls(source: str) -> list[ast.Call]:
    """Return what is called of Temporal's."""
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [call for call in found if ast.unparse(call.func).startswith("workflow.")]


def is_silent(call: ast.Call) -> bool:
    name, given = ast.unparse(call.func).removeprefix("workflow."), {word.arg for word in call.keywords}
    if name in CHILDREN:
        return None not in given  # **titles: summary and details
    if name == "wait_condition" and "timeout" not in given:
        return False
    return name in WORDS and WORDS[name] not in given


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(FOLDER)))
def test_nothing_is_begun_without_words(file: Path) -> None:
    assert [ast.unparse(call) for call in calls(file.read_text()) if is_silent(call)] == []


def test_calls_are_found_and_silence_is_noticed() -> None:
    every = [call for file in SOURCES for call in calls(file.read_text())]
    names = {ast.unparse(call.func).removeprefix("workflow.") for call in every}
    assert names >= {"execute_activity", "start_activity", "sleep", "wait_condition", "start_child_workflow"}
    silent = "workflow.sleep(1)\nworkflow.wait_condition(done, timeout=1)\nworkflow.start_child_workflow(run)"
    assert [is_silent(call) for call in calls(silent)] == [True, True, True]


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(FOLDER)))
def test_details_name_the_namespace(file: Path) -> None:
    """`shown.show` alone puts them there: it fills in what commands and links need."""
    setters = [call for call in calls(file.read_text()) if ast.unparse(call.func).endswith("set_current_details")]
    assert bool(setters) == (file.stem == "shown")
