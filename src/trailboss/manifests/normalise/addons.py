"""SSHCluster `spec.addons` → the model's addons, with the files that they are made of."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from trailboss.addons import documents, kustomization
from trailboss.addons.digest import digest
from trailboss.addons.flux import NAMESPACE as FLUX_NAMESPACE
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.place import FieldPlace
from trailboss.manifests.reading.secrets import secret_lines
from trailboss.manifests.schema.addons import AddonSpec
from trailboss.manifests.schema.ssh import SSHClusterSpec
from trailboss.manifests.suggest import did_you_mean
from trailboss.model.addons import SHARED, Addon, Flux, HelmChart, is_url
from trailboss.model.problem import Problem

_YAML = (".yaml", ".yml", ".json")
_ARCHIVES = (".tgz", ".tar.gz")


@dataclass
class Addons:
    """The addons of one cluster as read. `places`: "addons.N" → where the model's addon number N was written."""

    addons: list[Addon] = field(default_factory=list)
    places: dict[str, FieldPlace] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def addons_of(item: KubeObject, spec: SSHClusterSpec, texts: Mapping[str, str]) -> Addons:
    """Read `spec.addons`. `texts`: path in the repository → text, of the cluster's folder and of addons/."""
    read = Addons()
    for number, one in enumerate(spec.addons):
        reader = _Reader(item, one, number, texts)
        read.addons.append(reader.read(spec.kubernetes_version or ""))
        read.problems.extend(reader.problems)
        read.places[f"addons.{number}"] = item.at("spec", "addons", number)
        read.problems.extend(_unknown(item, one, number))
    return read


def _unknown(item: KubeObject, spec: AddonSpec, number: int) -> Iterator[Problem]:
    """Yield dependencies that lead nowhere; an addon with mistakes is there all the same."""
    names = [_mapping(one).get("name") for one in _list(item.look("spec", "addons"))]
    others = sorted({str(name) for name in names if name and name != spec.name})
    for position, name in enumerate(spec.depends_on):
        if name not in names:
            message = f"depends on an addon that is not there{did_you_mean(name, others)}"
            allowed = ", ".join(others) or "nothing: there is no other addon"
            at = ("spec", "addons", number, "dependsOn", position)
            yield item.problem(at, message, found=name, allowed=allowed)


def named_for_addons(item: KubeObject) -> Iterator[str]:
    """Yield the paths in the repository, files and folders, that an SSHCluster's addons name, whatever else is wrong.

    Of a kustomization it is not known here where it leads: it may be anywhere in addons/.
    """
    addons = item.look("spec", "addons") if item.kind.name == "SSHCluster" else None
    for one in addons if isinstance(addons, list) else ():
        if not isinstance(one, dict):
            continue
        helm, flux = _mapping(one.get("helm")), _mapping(one.get("flux"))
        named = (*_list(one.get("manifests")), helm.get("chart"), *_list(helm.get("valuesFrom")), flux.get("install"))
        yield from (resolved(item, text) for text in named if isinstance(text, str) and not is_url(text))
        if isinstance(one.get("kustomize"), str):
            yield resolved(item, one["kustomize"])
            yield SHARED


def resolved(item: KubeObject, text: str) -> str:
    """Return the path in the repository: below addons/, or with ./ below the folder of the manifest that names it."""
    own = text.startswith("./")
    folder = posixpath.dirname(item.place.file) if own else SHARED
    return posixpath.normpath(posixpath.join(folder, text))


class _Reader:
    """Reads one addon. `files`: what it is made of, by path in the repository."""

    def __init__(self, item: KubeObject, spec: AddonSpec, number: int, texts: Mapping[str, str]) -> None:
        self._item, self._spec, self._texts = item, spec, texts
        self._at = ("spec", "addons", number)
        self._files: dict[str, str] = {}
        self._needs: list[str] = []
        self.problems: list[Problem] = []

    def read(self, kubernetes_version: str) -> Addon:
        """Return the addon, as far as it could be read."""
        spec, made = self._spec, self._source()
        addon = Addon(
            name=spec.name,
            sha256=spec.sha256 or "",
            namespace=spec.namespace if "namespace" in spec.model_fields_set or not spec.flux else FLUX_NAMESPACE,
            depends_on=tuple(spec.depends_on),
            timeout=spec.timeout,
            prune=spec.prune,
            force_conflicts=spec.force_conflicts,
            network=spec.network,
            files=tuple(sorted(self._files)),
            needs=tuple(self._needs),
            **made,
        )
        self._pinned()
        own = posixpath.dirname(self._item.place.file)
        made_of = digest(addon, self._files, own=own, kubernetes_version=kubernetes_version)
        return addon.model_copy(update={"digest": made_of})

    def _source(self) -> dict[str, Any]:
        if not self._one_source():
            return {}
        return {
            "manifests": self._manifests(),
            "kustomize": self._kustomize(),
            "helm": self._helm(),
            "flux": self._flux(),
        }

    def _one_source(self) -> bool:
        given = [name for name in ("manifests", "kustomize", "helm", "flux") if getattr(self._spec, name)]
        if len(given) == 1:
            return True
        if given or self._item.whole:
            found, allowed = ", ".join(given) or "none of them", "one of manifests, kustomize, helm, flux"
            self._problem((), "an addon is made of one thing", found=found, allowed=allowed)
        return False

    def _pinned(self) -> None:
        spec = self._spec
        flux = spec.flux.install if spec.flux else None
        sources = (*(spec.manifests or ()), spec.helm.chart if spec.helm else "", flux or "")
        urls = [source for source in sources if is_url(source)]
        written = [_mapping(one) for one in _list(self._item.look("spec", "addons"))]
        if urls and not spec.sha256 and not any(one.get("sha256") for one in written if one.get("name") == spec.name):
            message = "what a URL gives must be pinned"
            self._problem((), message, found=urls[0], allowed="sha256, with what sha256sum prints for it")
        if spec.sha256 and not urls and self._item.whole:  # else the URL may be what could not be read
            self._problem(("sha256",), "pins nothing: this addon has no URL", allowed="leave it out")
        if len(urls) > 1:
            message = "one sha256 pins one URL; give each an addon of its own, or put them into the repository"
            self._problem((), message, found=f"{len(urls)} URLs")

    def _manifests(self) -> tuple[str, ...]:
        sources = self._spec.manifests or []
        return tuple(self._manifest(source, number) for number, source in enumerate(sources))

    def _manifest(self, source: str, number: int) -> str:
        if is_url(source):
            return source
        path = resolved(self._item, source)
        found = self._take(path, ("manifests", number), _YAML)
        if any(posixpath.basename(name) in kustomization.FILES for name in found):
            self._problem(("manifests", number), "a folder with a kustomization", found=path, allowed="kustomize: PATH")
        else:
            for name, text in found.items():
                self.problems.extend(documents.parse(text, name).problems)
                self._refuse_secrets(name, text)
        return path

    def _kustomize(self) -> str:
        if not self._spec.kustomize:
            return ""
        path = resolved(self._item, self._spec.kustomize)
        if self._take(path, ("kustomize",), ()):
            closure = kustomization.closure(path, self._texts)
            self._files = dict(closure.files)
            self._needs += [] if closure.plain else ["kustomize"]
            self.problems.extend(closure.problems)
            for name, text in closure.files.items():
                self._refuse_secrets(name, text)
        return path

    def _helm(self) -> HelmChart | None:
        helm = self._spec.helm
        if helm is None:
            return None
        self._needs.append("helm")
        values = tuple(self._values(source, number) for number, source in enumerate(helm.values_from))
        return HelmChart(
            chart=self._chart(helm.chart),
            release_name=helm.release_name or self._spec.name,
            values_from=values,
            values=helm.values,
        )

    def _chart(self, source: str) -> str:
        if is_url(source):
            return source
        path = resolved(self._item, source)
        found = self._take(path, ("helm", "chart"), ())
        if found and path not in found and f"{path}/Chart.yaml" not in found:
            self._problem(("helm", "chart"), "a folder without Chart.yaml", found=path, allowed="the folder of a chart")
        elif path in found and not path.endswith(_ARCHIVES):
            allowed = "a chart's folder, or its archive (.tgz)"
            self._problem(("helm", "chart"), "not a chart by its name", found=path, allowed=allowed)
        return path

    def _values(self, source: str, number: int) -> str:
        path = resolved(self._item, source)
        at = ("helm", "valuesFrom", number)
        if path in self._texts:
            self._files[path] = self._texts[path]
            self.problems.extend(documents.parse_value(self._texts[path], path)[1])
            self._refuse_secrets(path, self._texts[path])
        else:
            self._missing(path, at)
        return path

    def _flux(self) -> Flux | None:
        flux = self._spec.flux
        if flux is None:
            return None
        if flux.install is None:
            self._needs.append("flux")
        elif not is_url(flux.install):
            path = resolved(self._item, flux.install)
            for name, text in self._take(path, ("flux", "install"), _YAML).items():
                self.problems.extend(documents.parse(text, name).problems)
        install = flux.install or ""
        return Flux(
            install=install if not install or is_url(install) else resolved(self._item, install),
            url=flux.url,
            branch=flux.branch,
            path=flux.path,
            secret=flux.secret_ref or "",
            interval=flux.interval,
            prune=flux.prune,
        )

    def _take(self, path: str, at: tuple[str | int, ...], endings: tuple[str, ...]) -> dict[str, str]:
        """Note the file at `path`, or the files below it, as part of this addon, and return them."""
        inside = {name: text for name, text in self._texts.items() if name.startswith(f"{path}/") and not _hidden(name)}
        found = {path: self._texts[path]} if path in self._texts else inside
        found = {name: text for name, text in found.items() if not endings or name.endswith(endings)}
        if not found:
            self._missing(path, at)
        self._files.update(found)
        return found

    def _missing(self, path: str, at: tuple[str | int, ...]) -> None:
        doubled = f"{SHARED}/{SHARED}/"
        hint = did_you_mean(path, {*self._texts, *(posixpath.dirname(name) for name in self._texts)})
        if path.startswith(doubled):
            hint = f"; paths begin below {SHARED}/ already: write {path.removeprefix(doubled)}"
        allowed = f"a path below {SHARED}/ of the repository, or with ./ before it, below this manifest's own folder"
        self._problem(at, f"no such file or folder in the repository{hint}", found=path, allowed=allowed)

    def _refuse_secrets(self, name: str, text: str) -> None:
        for line, kind in secret_lines(text):
            message = "a secret must not be kept in Git; take it out, and change it, since history keeps it"
            found, allowed = f"{kind}, which is not repeated here", "the name of a Secret that is made in the cluster"
            self.problems.append(
                Problem(file=name, document=0, line=line, message=message, found=found, allowed=allowed)
            )

    def _problem(self, at: tuple[str | int, ...], message: str, *, found: str = "", allowed: str = "") -> None:
        self.problems.append(self._item.problem((*self._at, *at), message, found=found, allowed=allowed))


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


def _mapping(given: Any) -> dict[str, Any]:  # noqa: ANN401 - any YAML
    return given if isinstance(given, dict) else {}


def _list(given: Any) -> list[Any]:  # noqa: ANN401 - any YAML
    return given if isinstance(given, list) else []
