import subprocess
from pathlib import Path

import pytest

from trailboss.facts import releases


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("v1.34.9\nv1.35.3\n", ("1.34.9", "1.35.3")),
        ("v1.35.3\n\nv1.34.9", ("1.34.9", "1.35.3")),
        ("\n\n", ()),
        ("<html>\nv1.35.3", ("1.35.3",)),
        ("v1.33.1\nv1.35.0-rc.1", ()),
    ],
)
def test_answers(printed: str, expected: tuple[str, ...]) -> None:
    assert releases.parse_answers(printed, range(34, 36)) == expected


def test_the_script_prints_a_line_for_each_minor(tmp_path: Path) -> None:
    (tmp_path / "it's" / "release").mkdir(parents=True)
    (tmp_path / "it's" / "release" / "stable-1.35.txt").write_text("v1.35.3")
    script = releases.ask(f"file://{tmp_path}/it's/", range(34, 36))
    ran = subprocess.run(["bash", "-s"], input=script, capture_output=True, text=True, check=True)
    assert ran.stdout == "\nv1.35.3\n"
