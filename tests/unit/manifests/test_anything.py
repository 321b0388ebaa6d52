"""Whatever a repository holds, loading it ends, and in words."""

import re
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from trailboss.manifests import load_tree

HERE = Path(__file__).parent
TEXT = (HERE / "accepted" / "everything.yaml").read_text()
WKS = (HERE / "accepted" / "wksctl.yaml").read_text()
POOLS = (HERE / "accepted" / "cluster-api-v1beta1-pools.yaml").read_text()
LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # as YAML counts lines
PIECES = st.sampled_from(
    [
        "\t",
        ":",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "'",
        '"',
        "&a ",
        "*a",
        "<<: ",
        "!!set ",
        "|\n",
        "\n---\n",
        "...\n",
        "%YAML 9\n",
        "null",
        "~",
        "0x",
        "1e999",
        ".nan",
        "2024-01-01",
        "? ",
        "#",
        "\x00",
        "\ufeff",
        "kind: List\n",
        "items: 1\n",
        "spec:",
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from([TEXT, WKS, POOLS]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 30))
        text = text[:start] + draw(PIECES | st.text(max_size=3)) + text[end:]
    return text


@settings(deadline=None)
@given(damaged() | st.text(max_size=200))
@example("\r0")
@example("\x85\u2028\u20290")
def test_damaged_manifests_load_or_are_told_about(text: str) -> None:
    loaded = load_tree({"clusters/demo/all.yaml": text})
    assert loaded.errors or [cluster.name for cluster in loaded.clusters] == ["demo"]
    lines = len(LINE_BREAK.findall(text)) + 1
    assert all(0 <= problem.line <= lines for problem in loaded.problems)


def test_aliases_of_aliases_do_not_take_the_machine_down() -> None:
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
    )
    loaded = load_tree({"clusters/demo/all.yaml": laughs})
    assert any("nested too deeply" in problem.message for problem in loaded.problems)


def test_deep_nesting_does_not_take_the_process_down() -> None:
    loaded = load_tree({"clusters/demo/all.yaml": "[\n" * 5000})
    assert any("nested too deeply" in problem.message for problem in loaded.problems)
