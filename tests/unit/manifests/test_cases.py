"""Each file of cases/ holds mistakes, marked where they stand: `# PROBLEM words of what is reported`.

`# with: a b` adds good/a.yaml and good/b.yaml. What is reported must be what is marked, no more and no less.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

from trailboss.manifests import Loaded, load_tree
from trailboss.model.problem import Problem

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").glob("*.yaml"))
MARK = re.compile(r"# (PROBLEM|WARNING) (.+?)(?= # |$)")
SECRETS = ("hunter2", "bm90IGEga2V5", "LS0tLS1")
"""As the cases have them."""


def load(case: Path) -> Loaded:
    text = case.read_text()
    good = text.splitlines()[0].removeprefix("# with:").split()
    files = {f"clusters/demo/a-{name}.yaml": (HERE / "good" / f"{name}.yaml").read_text() for name in good}
    return load_tree({**files, "clusters/demo/case.yaml": text})


def marks(text: str) -> list[tuple[int, str, str]]:
    return [
        (number, "error" if kind == "PROBLEM" else "warning", words)
        for number, line in enumerate(text.splitlines(), start=1)
        for kind, words in MARK.findall(line)
    ]


def is_marked(problem: Problem, mark: tuple[int, str, str]) -> bool:
    line, severity, words = mark
    return (problem.line, problem.severity) == (line, severity) and words in str(problem)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_marked_is_reported_and_nothing_else(case: Path) -> None:
    expected = marks(case.read_text())
    loaded = load(case)
    reported = [str(problem) for problem in loaded.problems]
    for mark in expected:
        assert any(is_marked(problem, mark) for problem in loaded.problems), (mark, reported)
    lines = Counter((line, severity) for line, severity, _ in expected)
    assert Counter((problem.line, problem.severity) for problem in loaded.problems) == lines, reported
    assert {problem.file for problem in loaded.problems} <= {"clusters/demo/case.yaml"}
    # A cluster with errors is not loaded, and secrets are never repeated.
    assert bool(loaded.clusters) is not bool(loaded.errors)
    assert [secret for secret in SECRETS if secret in "\n".join(reported)] == []
