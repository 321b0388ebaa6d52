import io
from pathlib import Path

import pytest
from rich.console import Console

from trailboss.lab.mirror import progress
from trailboss.lab.mirror.progress import Report


def _log() -> tuple[io.StringIO, Console]:
    stream = io.StringIO()
    return stream, Console(file=stream, width=40, force_terminal=False)


def test_a_log_gets_one_plain_line_for_each_artifact() -> None:
    stream, console = _log()
    with Report(console) as report:
        report.start("kubeadm", "downloading [1/2]")
        report.detail("downloading, 1 MB of 74 MB")
        report.done("kubeadm", "stored", 74_494_114)
        report.done("image kube-controller-manager:v1.34.4", "kept", 1000)
    lines = stream.getvalue().splitlines()
    assert [line.split() for line in lines] == [
        ["kubeadm", "stored", "0.0", "s", "74.5", "MB"],
        ["image", "kube-controller-manager:v1.34.4", "kept", "0.0", "s", "1.0", "kB"],
    ]


def test_programs_are_told_as_they_appear(tmp_path: Path) -> None:
    stream, console = _log()
    with Report(console) as report:
        appearing = report.appearing(tmp_path, ["kubeadm", "kubelet"], "compiling", "compiled")
        (tmp_path / "kubelet").write_bytes(b"x" * 2000)
        appearing()
        appearing()
        assert [line.split()[0] for line in stream.getvalue().splitlines()] == ["kubelet"]
        (tmp_path / "kubeadm").write_bytes(b"x")
        appearing()
    assert [line.split()[0] for line in stream.getvalue().splitlines()] == ["kubelet", "kubeadm"]


def test_a_quiet_log_hears_that_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, console = _log()
    with Report(console) as report:
        report.start("etcd", "compiling")
        report.beat()
        assert stream.getvalue() == ""
        monkeypatch.setattr(progress, "_QUIET", -1.0)
        report.beat()
    assert stream.getvalue() == "  … still at work: etcd\n"


def test_a_terminal_shows_what_is_being_made() -> None:
    stream = io.StringIO()
    console = Console(file=stream, width=100, force_terminal=True)
    with Report(console) as report:
        report.start("kubeadm", "compiling")
        report.done("kubeadm", "compiled", 1)
    assert "compiled" in stream.getvalue()
