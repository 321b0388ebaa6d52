"""Scripts run by a real bash, on files of the test's own."""

import shutil
import subprocess
from pathlib import Path

import pytest

from trailboss.facts import MachineFacts
from trailboss.steps import Command, combine
from trailboss.steps.command import digest, quoted
from trailboss.steps.download import FETCH
from trailboss.steps.files import wanted, write
from trailboss.steps.swap import _COMMENT_OUT


def bash(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([shutil.which("bash") or "", "-s"], input=script, capture_output=True, text=True, check=False)


def test_commands_run_in_order_and_say_what_they_do() -> None:
    done = bash(combine([Command(summary="first", script="echo one"), Command(summary="second", script="echo two\n")]))
    assert (done.returncode, done.stdout) == (0, "first\none\nsecond\ntwo\n")


def test_the_first_failure_ends_it_and_is_named() -> None:
    failing = Command(summary="it's the 2nd", script="echo before; false; echo after")
    done = bash(combine([failing, Command(summary="third", script="echo never")]))
    assert done.returncode == 1
    assert done.stdout == "it's the 2nd\nbefore\n"
    assert "failed: it's the 2nd" in done.stderr


def test_a_commands_trap_is_its_own(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    trapping = Command(summary="a", script=f"trap 'echo gone > {mark}' EXIT; exit 3")
    done = bash(combine([trapping]))
    assert done.returncode == 3
    assert mark.read_text() == "gone\n"
    assert "failed: a" in done.stderr


@pytest.mark.parametrize("text", ["", "plain", "it's", "a b", '$HOME `x` "y" \\', "--", "line\nbreak"])
def test_quoting(text: str) -> None:
    assert bash(f"printf %s {quoted(text)}").stdout == text


def test_a_file_is_written_whole_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file.conf"
    content = "$HOME stays `as is`\n'quotes' \"too\" \\\n\n"
    assert bash(write(str(path), content, "0600")).returncode == 0
    assert path.read_text() == content
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["file.conf"]


def test_a_file_that_stands_in_the_way_of_writing_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file.conf"
    path.write_text("old, and much longer than what comes\n")
    (tmp_path / "file.conf.trailboss-new").write_text("left by a run that died")
    bash(write(str(path), "new\n"))
    assert path.read_text() == "new\n"


@pytest.mark.parametrize("content", ["no line feed", "TRAILBOSS_FILE_END\n"])
def test_what_cannot_be_carried_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match="/etc/x"):
        write("/etc/x", content)


def test_a_right_file_is_left_alone() -> None:
    facts = MachineFacts(files={"/etc/x": digest("right\n")})
    assert wanted(facts, "/etc/x", "right\n") == []
    assert [command.summary for command in wanted(facts, "/etc/x", "wrong\n")] == ["write /etc/x"]


def test_swap_is_commented_out_and_the_original_kept_once(tmp_path: Path) -> None:
    fstab = tmp_path / "fstab"
    before = "# comment\nUUID=1 / ext4 defaults 0 1\n/swap.img\tnone\tswap\tsw\t0 0\n  UUID=2 none swap sw 0 0\n"
    fstab.write_text(before)
    script = "set -eu\n" + _COMMENT_OUT.replace("/etc/fstab", str(fstab))
    for _ in range(2):
        assert bash(script).returncode == 0
        assert fstab.read_text() == (
            "# comment\nUUID=1 / ext4 defaults 0 1\n"
            "# trailboss: /swap.img\tnone\tswap\tsw\t0 0\n# trailboss:   UUID=2 none swap sw 0 0\n"
        )
    assert (tmp_path / "fstab.before-trailboss").read_text() == before


def test_a_download_counts_only_if_its_digest_is_right(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("binary\n")
    got = tmp_path / "got"
    script = f"set -eu\n{FETCH}fetch file://{source} {got}\n"
    assert bash(f"{script}check {digest(source.read_text())} {got}").returncode == 0
    wrong = bash(f"{script}check {digest('other')} {got}")
    assert wrong.returncode != 0
    assert "not what its digest says" in wrong.stderr
    missing = bash(f"set -eu\n{FETCH}fetch file://{tmp_path}/none {got}")
    assert missing.returncode != 0
    assert "cannot download" in missing.stderr
