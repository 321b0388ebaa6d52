"""What an addon is made of: manifests, a kustomization, a chart of Helm, or Flux."""

import posixpath
from typing import Any

from trailboss.addons import documents, kustomization
from trailboss.manifests.normalise.addon_files import AddonFiles
from trailboss.manifests.schema.addons import AddonSpec
from trailboss.model.addons import Flux, HelmChart, is_url

_SOURCES = ("manifests", "kustomize", "helm", "flux")
_YAML = (".yaml", ".yml", ".json")
_ARCHIVES = (".tgz", ".tar.gz")


def source_of(spec: AddonSpec, files: AddonFiles) -> dict[str, Any]:
    """Return the fields of the model's addon that tell what it is made of, and take its files; {} if unclear."""
    if not _one_source(spec, files):
        return {}
    return {
        "manifests": _manifests(spec, files),
        "kustomize": _kustomize(spec, files),
        "helm": _helm(spec, files),
        "flux": _flux(spec, files),
    }


def _one_source(spec: AddonSpec, files: AddonFiles) -> bool:
    given = [name for name in _SOURCES if getattr(spec, name)]
    if len(given) == 1:
        return True
    if given or files.item.whole:
        found, allowed = ", ".join(given) or "none of them", "one of manifests, kustomize, helm, flux"
        files.refuse((), "an addon is made of one thing", found=found, allowed=allowed)
    return False


def _manifests(spec: AddonSpec, files: AddonFiles) -> tuple[str, ...]:
    return tuple(_manifest(source, number, files) for number, source in enumerate(spec.manifests or []))


def _manifest(source: str, number: int, files: AddonFiles) -> str:
    if is_url(source):
        return source
    path, at = files.path(source), ("manifests", number)
    found = files.take(path, at, _YAML)
    if any(posixpath.basename(name) in kustomization.FILES for name in found):
        files.refuse(at, "a folder with a kustomization", found=path, allowed="kustomize: PATH")
    else:
        _parse(found, files)
        files.refuse_secrets(found)
    return path


def _parse(found: dict[str, str], files: AddonFiles) -> None:
    for name, text in found.items():
        files.problems.extend(documents.parse(text, name).problems)


def _kustomize(spec: AddonSpec, files: AddonFiles) -> str:
    if not spec.kustomize:
        return ""
    path = files.path(spec.kustomize)
    if files.take(path, ("kustomize",)):
        closure = kustomization.closure(path, files.texts)
        files.taken = dict(closure.files)
        files.needs += [] if closure.plain else ["kustomize"]
        files.problems.extend(closure.problems)
        files.refuse_secrets(closure.files)
    return path


def _helm(spec: AddonSpec, files: AddonFiles) -> HelmChart | None:
    helm = spec.helm
    if helm is None:
        return None
    files.needs.append("helm")
    values = tuple(_values(source, number, files) for number, source in enumerate(helm.values_from))
    return HelmChart(
        chart=_chart(helm.chart, files),
        release_name=helm.release_name or spec.name,
        values_from=values,
        values=helm.values,
    )


def _chart(source: str, files: AddonFiles) -> str:
    if is_url(source):
        return source
    path, at = files.path(source), ("helm", "chart")
    found = files.take(path, at)
    if found and path not in found and f"{path}/Chart.yaml" not in found:
        files.refuse(at, "a folder without Chart.yaml", found=path, allowed="the folder of a chart")
    elif path in found and not path.endswith(_ARCHIVES):
        files.refuse(at, "not a chart by its name", found=path, allowed="a chart's folder, or its archive (.tgz)")
    return path


def _values(source: str, number: int, files: AddonFiles) -> str:
    path = files.path(source)
    text = files.take_file(path, ("helm", "valuesFrom", number))
    if text is not None:
        files.problems.extend(documents.parse_value(text, path)[1])
        files.refuse_secrets({path: text})
    return path


def _flux(spec: AddonSpec, files: AddonFiles) -> Flux | None:
    flux = spec.flux
    if flux is None:
        return None
    return Flux(
        install=_install(flux.install, files),
        url=flux.url,
        branch=flux.branch,
        path=flux.path,
        secret=flux.secret_ref or "",
        interval=flux.interval,
        prune=flux.prune,
    )


def _install(source: str | None, files: AddonFiles) -> str:
    if source is None:
        files.needs.append("flux")
        return ""
    if is_url(source):
        return source
    path = files.path(source)
    _parse(files.take(path, ("flux", "install"), _YAML), files)
    return path
