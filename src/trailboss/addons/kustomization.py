"""Kustomizations: which files one is made of, and the plain ones, which need no command to be built."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from trailboss.addons.documents import parse, parse_value
from trailboss.addons.objects import AddonObject, Json
from trailboss.model.problem import Problem

FILES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_LISTS = ("resources", "bases", "components", "configurations", "crds", "generators", "transformers", "validators")
_PATCHES = ("patches", "patchesJson6902", "replacements")
_GENERATORS = ("configMapGenerator", "secretGenerator")
_PLAIN = {"apiVersion", "kind", "metadata", "resources"}


@dataclass
class Closure:
    """`files`: all that a kustomization is made of. `plain`: it lists resources and does nothing else to them."""

    files: dict[str, str] = field(default_factory=dict)
    plain: bool = True
    problems: list[Problem] = field(default_factory=list)


def closure(folder: str, texts: Mapping[str, str]) -> Closure:
    """Follow the kustomization in `folder` to all files that it leads to. `texts`: path in the repository → text."""
    found = Closure()
    _follow(folder, texts, found)
    return found


def build_plain(folder: str, texts: Mapping[str, str]) -> tuple[AddonObject, ...]:
    """Return the objects of a plain kustomization in their order; whether it is one, its closure tells."""
    file = _file_in(folder, texts) or ""
    value, _ = parse_value(texts[file], file)
    built: list[AddonObject] = []
    for path in (_joined(folder, one) for one in value.get("resources") or ()):
        built.extend(parse(texts[path], path).objects if path in texts else build_plain(path, texts))
    return tuple(built)


def _follow(folder: str, texts: Mapping[str, str], found: Closure) -> None:
    file = _file_in(folder, texts)
    if file is None:
        found.problems.append(_missing(folder, "no kustomization.yaml in this folder"))
        return
    if file in found.files:
        return
    found.files[file] = texts[file]
    value, problems = parse_value(texts[file], file)
    found.problems.extend(problems)
    found.plain = found.plain and set(value) <= _PLAIN and value.get("kind", "Kustomization") == "Kustomization"
    for reference, why in _references(value):
        _take(file, (reference, why), texts, found)


def _take(file: str, named: tuple[str, str], texts: Mapping[str, str], found: Closure) -> None:
    """Take in what a kustomization names, by its path from there, in one of its fields."""
    reference, why = named
    if "://" in reference or reference.startswith(("github.com/", "git@")):
        message = "what is fetched from elsewhere is not pinned; put it into the repository"
        found.problems.append(Problem(file=file, field=why, message=message, found=reference))
        return
    path = _joined(posixpath.dirname(file), reference)
    if path in texts:
        found.files[path] = texts[path]
        if why == "resources":
            found.problems.extend(parse(texts[path], path).problems)
    elif any(name.startswith(f"{path}/") for name in texts):
        _follow(path, texts, found)
    else:
        message = "leads to a file that is not there"
        found.problems.append(Problem(file=file, field=why, message=message, found=reference))


def _references(value: Json) -> Iterator[tuple[str, str]]:
    """Yield (path, field) of all that a kustomization names on disk; texts of objects written in place are none."""
    for key in _LISTS:
        yield from ((one, key) for one in _texts(value.get(key)) if "\n" not in one)
    yield from ((one, "patchesStrategicMerge") for one in _texts(value.get("patchesStrategicMerge")) if "\n" not in one)
    for key in _PATCHES:
        yield from ((str(one["path"]), key) for one in _mappings(value.get(key)) if one.get("path"))
    for key in _GENERATORS:
        for one in _mappings(value.get(key)):
            yield from ((name.rpartition("=")[2], key) for name in _texts(one.get("files")))
            yield from ((name, key) for name in (*_texts(one.get("envs")), *_texts([one.get("env")])))
    for one in _mappings(value.get("helmCharts")):
        yield from ((name, "helmCharts") for name in _texts([one.get("valuesFile")]))
    yield from ((str(one["path"]), "openapi") for one in _mappings([value.get("openapi")]) if one.get("path"))


def _texts(given: Any) -> list[str]:  # noqa: ANN401 - any YAML
    return [one for one in given if isinstance(one, str)] if isinstance(given, list) else []


def _mappings(given: Any) -> list[Json]:  # noqa: ANN401 - any YAML
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _file_in(folder: str, texts: Mapping[str, str]) -> str | None:
    paths = (posixpath.join(folder, name) for name in FILES)
    return next((path for path in paths if path in texts), None)


def _joined(folder: str, reference: str) -> str:
    return posixpath.normpath(posixpath.join(folder, reference))


def _missing(folder: str, message: str) -> Problem:
    return Problem(file=folder, document=0, message=message)
