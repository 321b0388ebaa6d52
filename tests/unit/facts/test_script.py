"""The script itself, run by a real bash on this machine: it only reads."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from trailboss.facts import parse, script


def run(env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    bash = shutil.which("bash")
    assert bash
    return subprocess.run([bash, "-s"], input=script(), capture_output=True, text=True, check=True, env=env)


def test_this_machine_is_read_in_one_run() -> None:
    facts = parse(run().stdout, read_at=time.time())
    assert facts.hostname == Path("/proc/sys/kernel/hostname").read_text().strip().lower()
    assert facts.boot_id == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert facts.cpus > 0
    assert facts.clock_skew_seconds is not None
    assert abs(facts.clock_skew_seconds) < 5


def test_nothing_is_printed_that_is_not_a_fact() -> None:
    done = run()
    assert done.stderr == ""
    assert done.stdout.lstrip().startswith("@@trailboss-fact ")


@pytest.fixture
def bare_path(tmp_path: Path) -> str:
    """A PATH with hardly a program in it."""
    for name in ("mktemp", "rm", "cat", "bash"):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    return str(tmp_path)


def test_missing_programs_are_empty_facts(bare_path: str) -> None:
    # The script puts the usual folders at the end of PATH itself, which this test must take away again.
    text = script().replace(":/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin", "")
    done = subprocess.run(
        [f"{bare_path}/bash", "-s"], input=text, capture_output=True, text=True, check=True, env={"PATH": bare_path}
    )
    facts = parse(done.stdout)
    assert "containerd" in facts.missing_tools
    assert (facts.architecture, facts.containerd_version, facts.images) == ("", "", frozenset())
    assert facts.boot_id


def test_no_temporary_files_are_left(tmp_path: Path) -> None:
    run(env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TMPDIR": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []
