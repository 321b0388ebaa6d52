import pytest

_PREFIXES = ("TRAILBOSS_", "TEMPORAL_", "OTEL_")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that the developer's own shell has set may change what these tests see."""
    import os

    for name in os.environ:
        if name.startswith(_PREFIXES):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", os.devnull)
