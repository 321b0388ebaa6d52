import hashlib
from pathlib import Path

import httpx
import pytest

from trailboss.lab.mirror.choose import upstream_answers
from trailboss.lab.mirror.errors import MirrorFailed
from trailboss.lab.mirror.upstream import download
from trailboss.lab.mirror.upstream.source import client

CONTENT = b"kubeadm " * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
ADDRESS = "https://dl.k8s.io/release/v1.34.4/bin/linux/amd64/kubeadm"


class Server:
    """Gives its answers in turn, the last for ever; counts what it was asked."""

    def __init__(self, *answers: httpx.Response | httpx.TransportError) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, _: httpx.Request) -> httpx.Response:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer

    def fetch(self, target: Path, digest: str = DIGEST) -> list[tuple[int, int]]:
        moved: list[tuple[int, int]] = []
        with client(httpx.MockTransport(self)) as http:
            download.fetch_checked(http, ADDRESS, target, digest, lambda done, total: moved.append((done, total)))
        return moved


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)


def test_progress_ends_at_the_whole(tmp_path: Path) -> None:
    moved = Server(httpx.Response(200, content=CONTENT)).fetch(tmp_path / "kubeadm")
    assert (tmp_path / "kubeadm").read_bytes() == CONTENT
    assert moved[-1] == (len(CONTENT), len(CONTENT))


@pytest.mark.parametrize(
    "stumble", [httpx.Response(503), httpx.Response(429), httpx.ReadError("reset"), httpx.ConnectTimeout("slow")]
)
def test_a_stumble_is_tried_again(tmp_path: Path, stumble: httpx.Response | httpx.TransportError) -> None:
    server = Server(stumble, httpx.Response(200, content=CONTENT))
    server.fetch(tmp_path / "kubeadm")
    assert server.asked == 2
    assert (tmp_path / "kubeadm").read_bytes() == CONTENT


def test_a_refusal_is_final_and_says_what_was_asked(tmp_path: Path) -> None:
    server = Server(httpx.Response(404))
    with pytest.raises(MirrorFailed, match=rf"{ADDRESS}: the server answered 404 Not Found"):
        server.fetch(tmp_path / "kubeadm")
    assert server.asked == 1
    assert not (tmp_path / "kubeadm").exists()


def test_stumbling_for_ever_ends(tmp_path: Path) -> None:
    server = Server(httpx.ConnectError("no route"))
    with pytest.raises(MirrorFailed, match="no route"):
        server.fetch(tmp_path / "kubeadm")
    assert server.asked == download.ATTEMPTS


def test_other_content_than_promised_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MirrorFailed, match="SHA-256"):
        Server(httpx.Response(200, content=b"tampered")).fetch(tmp_path / "kubeadm")
    assert not (tmp_path / "kubeadm").exists()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(200, text="v1.34.4"), True),
        (httpx.Response(403), False),
        (httpx.ConnectError("no such host"), False),
        (httpx.ConnectTimeout("silence"), False),
    ],
)
def test_upstream_answers_or_does_not(answer: httpx.Response | httpx.TransportError, *, expected: bool) -> None:
    assert upstream_answers(httpx.MockTransport(Server(answer))) is expected
