"""A snapshot taken by the real script from a faked gateway of etcd, which answers as etcd 3.6.5 did."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from tests.unit.steps.sandbox import Sandbox

from trailboss.steps.etcd_snapshot import parse, script

FOLDER = "/var/lib/trailboss/snapshots"
STATUS = {"header": {"member_id": "1", "revision": "41"}, "version": "3.6.5", "dbSize": "500", "leader": "1"}
DATA = bytes(range(256)) * 200
SECRET = base64.b64encode(DATA[:3000]).decode()


def stream(data: bytes, *, digest: bytes | None = None, piece: int = 1024) -> str:
    """What the gateway answers: pieces whose base64 ends with padding, the last one the digest of all others."""
    pieces = [data[start : start + piece] for start in range(0, len(data), piece)]
    pieces.append(hashlib.sha256(data).digest() if digest is None else digest)
    return "".join(f'{{"result":{{"remaining_bytes":"9", "blob":"{base64.b64encode(p).decode()}"}}}}\n' for p in pieces)


@pytest.fixture
def host(tmp_path: Path) -> Sandbox:
    sandbox = Sandbox(tmp_path)
    sandbox.program("curl", 'case "$*" in *status*) cat /var/lib/status ;; *snapshot*) cat /var/lib/stream ;; esac')
    sandbox.program("df", "echo Avail; echo 99999999999")
    answers(sandbox, stream(DATA))
    return sandbox


def answers(host: Sandbox, text: str, **status: object) -> None:
    host.write("/var/lib/status", json.dumps({**STATUS, **status}))
    host.write("/var/lib/stream", text)


def files(host: Sandbox) -> list[str]:
    return sorted(path.name for path in host.path(FOLDER).iterdir()) if host.path(FOLDER).exists() else []


@pytest.mark.parametrize("base64_ends_at_padding", [False, True])
def test_a_snapshot_is_whole_and_its_owners_alone(host: Sandbox, *, base64_ends_at_padding: bool) -> None:
    if base64_ends_at_padding:
        host.program(
            "base64", 'input=$(cat); case $input in YQ==*Yg==) exit 1 ;; esac; /usr/bin/base64 -d <<< "$input"'
        )
    done = host.run(script("1.33.5"))
    assert done.returncode == 0, done.stderr
    taken = parse(done.stdout)
    whole = DATA + hashlib.sha256(DATA).digest()
    path = host.path(taken.path)
    assert path.read_bytes() == whole
    assert path.stat().st_mode & 0o777 == 0o600
    assert (taken.sha256, taken.size) == (hashlib.sha256(whole).hexdigest(), len(whole))
    assert (taken.revision, taken.etcd_version) == (41, "3.6.5")
    assert re.fullmatch(r"\d{8}T\d{6}Z-v1\.33\.5", taken.name)
    assert files(host) == [f"{taken.name}.db"]


def test_only_the_last_snapshot_stays_on_the_host(host: Sandbox) -> None:
    host.write(f"{FOLDER}/20240101T000000Z-v1.32.1.db", "old")
    host.write(f"{FOLDER}/20240101T000000Z-v1.32.1.new", "cut off")
    taken = parse(host.run(script("1.33.5")).stdout)
    assert files(host) == [f"{taken.name}.db"]


@pytest.mark.parametrize(
    "answer",
    [
        stream(DATA, digest=b"\0" * 32),
        stream(DATA, digest=b""),
        stream(DATA)[:30_000],
        stream(DATA[:3000]) + '{"error":{"code":14}}\n',
        "",
    ],
    ids=["damaged", "without the digest", "cut off in a piece", "an error in the middle", "nothing"],
)
def test_what_is_not_whole_does_not_count_and_is_not_told(host: Sandbox, answer: str) -> None:
    answers(host, answer)
    done = host.run(script("1.33.5"))
    assert done.returncode != 0
    assert files(host) == []
    assert len(done.stdout + done.stderr) < 500
    assert SECRET[:100] not in done.stdout + done.stderr


def test_a_member_that_is_not_well_gives_no_snapshot(host: Sandbox) -> None:
    answers(host, stream(DATA), errors=["etcdserver: no leader"])
    done = host.run(script("1.33.5"))
    assert (done.returncode, files(host)) == (1, [])
    assert "no leader" in done.stderr


def test_a_snapshot_never_fills_the_disk(host: Sandbox) -> None:
    answers(host, stream(DATA), dbSize=str(99999999999))
    done = host.run(script("1.33.5"))
    assert (done.returncode, files(host)) == (1, [])
    assert "bytes free" in done.stderr


def test_an_api_that_says_no_is_a_failure(host: Sandbox) -> None:
    host.program("curl", 'case "$*" in *status*) cat /var/lib/status ;; *) echo "{}"; exit 22 ;; esac')
    assert host.run(script("1.33.5")).returncode != 0
    assert files(host) == []


def test_output_that_tells_of_no_snapshot_is_refused() -> None:
    with pytest.raises(ValueError, match="no snapshot"):
        parse("a b c d e f")
