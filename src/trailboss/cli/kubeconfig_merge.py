"""Puts a cluster into the kubeconfig that kubectl reads: whole or not at all, beside what stands there."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from trailboss.cli.private_file import write_private
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem

_SECTIONS = {"clusters": "cluster", "users": "user", "contexts": "context"}
_EMPTY = {"apiVersion": "v1", "kind": "Config", "preferences": {}, **{section: [] for section in _SECTIONS}}
_WIDE = 10**6


def target(environment: Mapping[str, str]) -> Path:
    """Return the file that kubectl would change: of $KUBECONFIG the first that is there, else the first; or its own."""
    named = [Path(part).expanduser() for part in environment.get("KUBECONFIG", "").split(os.pathsep) if part]
    chosen = next((path for path in named if path.exists()), named[0] if named else Path("~/.kube/config").expanduser())
    return chosen.resolve()


def merge(fetched: str, name: str, path: Path, *, replace: bool = False) -> Path | None:
    """Add the cluster of `fetched` under `name` to the file at `path`; returns the copy of what stood there before.

    What is of this name already and leads to the same cluster is renewed. The current context stays, unless there is
    none.

    Raises:
        BadInput: the file cannot be understood or is in use, or the name leads to another cluster without `replace`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        old = path.read_text() if path.exists() else None
        config = _read(old, path)
        new = _named(YAML(typ="safe", pure=True).load(fetched), name)
        if not replace:
            _refuse_another(config, new, name, path)
        for section in _SECTIONS:
            _put(config, section, new[section])
        if not config.get("current-context"):
            config["current-context"] = name
        backup = None
        if old is not None:
            backup = path.with_name(f"{path.name}.backup")
            write_private(backup, old)
        write_private(path, _text(config))
        return backup


def _named(fetched: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the entries of the current context of a kubeconfig, all of them called `name`."""
    context = _entry(fetched, "contexts", fetched["current-context"])
    return {
        "clusters": {"name": name, "cluster": _entry(fetched, "clusters", context["cluster"])},
        "users": {"name": name, "user": _entry(fetched, "users", context["user"])},
        "contexts": {"name": name, "context": {"cluster": name, "user": name}},
    }


def _entry(config: Mapping[str, Any], section: str, name: str) -> dict[str, Any]:
    key = _SECTIONS[section]
    return next((entry.get(key) or {} for entry in config.get(section) or () if entry.get("name") == name), {})


def _put(config: dict[str, Any], section: str, new: dict[str, Any]) -> None:
    entries = config.get(section) or []
    kept = [entry for entry in entries if entry.get("name") != new["name"]]
    before: dict[str, Any] = next((entry for entry in entries if entry.get("name") == new["name"]), {})
    key = _SECTIONS[section]
    if section == "contexts":
        # A namespace that was chosen with `kubectl config set-context` stays.
        new = {**new, key: {**(before.get(key) or {}), **new[key]}}
    config[section] = [*kept, new]


def _refuse_another(config: dict[str, Any], new: dict[str, Any], name: str, path: Path) -> None:
    """Refuse a name that leads to another cluster: one with another authority."""
    problems = []
    used = _entry(config, "contexts", name)
    there = _entry(config, "clusters", name) or _entry(config, "clusters", used.get("cluster", ""))
    key = "certificate-authority-data"
    if there and there.get(key) != new["clusters"]["cluster"].get(key):
        message = f"another cluster is called {name} there"
        allowed = "--replace, to put this one in its place"
        problems.append(
            Problem(file=str(path), document=0, message=message, found=str(there.get("server", "")), allowed=allowed)
        )
    if problems:
        raise BadInput(tuple(problems))


def _read(text: str | None, path: Path) -> dict[str, Any]:
    if not (text or "").strip():
        return {**_EMPTY}
    try:
        config = YAML(typ="rt", pure=True).load(text)
    except YAMLError as error:
        raise _unreadable(path) from error
    if not isinstance(config, dict) or any(not isinstance(config.get(each) or [], list) for each in _SECTIONS):
        raise _unreadable(path)
    return config


def _unreadable(path: Path) -> BadInput:
    message = "is no kubeconfig; it was left as it is"
    return BadInput((Problem(file=str(path), document=0, message=message, allowed="a kubeconfig, or another file"),))


def _text(config: dict[str, Any]) -> str:
    yaml = YAML(typ="rt", pure=True)
    yaml.width = _WIDE
    out = StringIO()
    yaml.dump(config, out)
    return out.getvalue()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep kubectl and others of ours away, by the file that kubectl makes for that, too."""
    lock = path.with_name(f"{path.name}.lock")
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as error:
        message = f"is being changed by another program; if none is, remove {lock}"
        raise BadInput((Problem(file=str(path), document=0, message=message),)) from error
    try:
        yield
    finally:
        with suppress(FileNotFoundError):
            lock.unlink()
