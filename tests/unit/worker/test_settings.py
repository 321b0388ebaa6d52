from datetime import timedelta
from pathlib import Path

import pytest

from trailboss.git.cache import repositories_home
from trailboss.lab.home import labs_dir
from trailboss.model.errors import BadInput
from trailboss.worker.settings import Settings, load_settings
from trailboss.worker.ssh_defaults import ssh_defaults


def test_variables_set_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAILBOSS_HOME", "/srv/trailboss")
    monkeypatch.setenv("TRAILBOSS_SSH_CONNECT_TIMEOUT", "2.5")
    monkeypatch.setenv("TRAILBOSS_GRACEFUL_SHUTDOWN_TIMEOUT", "PT1M")
    settings = load_settings()
    assert settings.temporal_home == Path("/srv/trailboss/temporal")
    assert settings.ssh_connect_timeout == timedelta(seconds=2.5)
    assert settings.graceful_shutdown_timeout == timedelta(minutes=1)


def test_every_setting_is_explained() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_all_problems_are_told_without_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAILBOSS_MAX_CONCURRENT_ACTIVITIES", "0")
    monkeypatch.setenv("TRAILBOSS_LOG_LEVEL", "hunter2")
    with pytest.raises(BadInput) as wrong:
        load_settings()
    assert {problem.field for problem in wrong.value.problems} == {
        "TRAILBOSS_MAX_CONCURRENT_ACTIVITIES",
        "TRAILBOSS_LOG_LEVEL",
    }
    assert "hunter2" not in str(wrong.value)


def test_ssh_defaults_expand_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert ssh_defaults(Settings()).known_hosts_file == Path("/home/ada/.ssh/known_hosts")
    assert ssh_defaults(Settings()).key_file is None


@pytest.mark.parametrize(("given", "home"), [("~/herd", "/home/ada/herd"), ("herd", "/usr/herd")])
def test_the_home_is_the_same_folder_for_everybody(given: str, home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/usr")
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("TRAILBOSS_HOME", given)
    assert Settings().home == Path(home)
    assert labs_dir() == Path(home) / "lab"
    assert repositories_home() == Path(home) / "repositories"


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("TRAILBOSS_HOME", "")
    assert Settings().home == Path("/home/ada/.local/share/trailboss") == labs_dir().parent


def test_the_home_of_a_stranger_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAILBOSS_HOME", "~nobody-of-that-name/trailboss")
    for look in (load_settings, labs_dir):
        with pytest.raises(BadInput, match="TRAILBOSS_HOME"):
            look()
