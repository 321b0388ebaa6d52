import pytest

from trailboss.model import names
from trailboss.model.whereabouts import whereabouts

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("workflow_id", "expected"),
    [
        (names.cluster_id("demo"), {"cluster": "demo"}),
        (names.snapshot_id("demo"), {"cluster": "demo"}),
        (names.change_id("demo", COMMIT), {"cluster": "demo", "revision": "0123456789ab"}),
        (
            names.machine_id("demo", COMMIT, "cp-1", "upgrade"),
            {"cluster": "demo", "revision": "0123456789ab", "machine": "cp-1"},
        ),
        (f"{names.poll_id('fleet-a')}-2026-11-26T03:35:10Z", {"repository": "fleet-a"}),
        (f"{names.poll_id('fleet-2026-01-01')}-2026-11-26T03:35:10.5Z", {"repository": "fleet-2026-01-01"}),
        ("somebody/else", {}),
        ("clusters/demo", {}),
        ("", {}),
    ],
)
def test_an_id_tells_what_it_is_about(workflow_id: str, expected: dict[str, str]) -> None:
    assert whereabouts(workflow_id) == expected
