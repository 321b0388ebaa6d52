from pathlib import Path

from tests.e2e.guide import blocks

ROOT = Path(__file__).parents[2]


def commands(page: str) -> list[str]:
    return [command for block in blocks(ROOT / page) for command in block.commands]


def test_the_first_steps_of_the_readme_are_the_tutorials_which_a_story_runs() -> None:
    readme, tutorial = commands("README.md"), commands("docs/tutorial.md")
    assert readme
    assert [command for command in tutorial if command in readme][: len(readme)] == readme
