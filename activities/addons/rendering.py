"""An addon's files → its objects, with the commands that make them where it needs some."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from trailboss.activities.addons import commands
from trailboss.activities.addons.fetching import fetch
from trailboss.addons import flux, kustomization
from trailboss.addons.documents import parse
from trailboss.addons.hooks import Event
from trailboss.addons.objects import AddonObject
from trailboss.model.addons import Addon, HelmChart, is_url
from trailboss.model.errors import StepFailed

_VALUES, _CHART = "values-of-the-manifests.yaml", "chart.tgz"


@dataclass(frozen=True)
class Rendering:
    """`texts`: path in the repository → text; `kept`: the folder of what was fetched before."""

    addon: Addon
    texts: Mapping[str, str]
    kubernetes_version: str
    kept: Path

    async def objects(self, event: Event) -> tuple[AddonObject, ...]:
        """Return the addon's objects, hooks too, in no order that means something.

        Raises:
            StepFailed: they cannot be made; the message says why.
            TemporaryError: something cannot be fetched now.
        """
        addon = self.addon
        if addon.helm:
            return await self._helm(addon.helm, event)
        if addon.kustomize:
            return await self._kustomize()
        if addon.flux:
            return (*await self._flux(addon.flux.install), *flux.objects(addon.flux))
        found: list[AddonObject] = []
        for source in addon.manifests:
            found.extend(await self._manifest(source))
        return tuple(found)

    async def _manifest(self, source: str) -> tuple[AddonObject, ...]:
        if is_url(source):
            body = await fetch(source, self.addon.sha256, self.kept)
            return _parsed(body.decode("utf-8", "surrogateescape"), source)
        inside = [name for name in self.addon.files if name == source or name.startswith(f"{source}/")]
        return tuple(one for name in inside for one in _parsed(self.texts[name], name))

    async def _flux(self, install: str) -> tuple[AddonObject, ...]:
        if install:
            return await self._manifest(install)
        with _folder({}) as folder:
            export = ["install", "--export", "--namespace", flux.NAMESPACE]
            return _parsed(await commands.run("flux", export, folder), "what flux install exports")

    async def _kustomize(self) -> tuple[AddonObject, ...]:
        if not self.addon.needs:
            return kustomization.build_plain(self.addon.kustomize, self._files)
        with _folder(self._files) as folder:
            # The folder holds what the kustomization leads to, and nothing else: more it cannot read.
            build = ["build", self.addon.kustomize, "--load-restrictor", "LoadRestrictionsNone"]
            return _parsed(await commands.run("kustomize", build, folder), self.addon.kustomize)

    async def _helm(self, helm: HelmChart, event: Event) -> tuple[AddonObject, ...]:
        chart = helm.chart
        with _folder(self._files) as folder:
            if is_url(chart):
                (folder / _CHART).write_bytes(await fetch(chart, self.addon.sha256, self.kept))
                chart = _CHART
            (folder / _VALUES).write_text(yaml.safe_dump(helm.values))
            arguments = ["template", helm.release_name, chart, "--namespace", self.addon.namespace]
            arguments += ["--include-crds", "--skip-tests", "--kube-version", self.kubernetes_version]
            arguments += ["--is-upgrade"] if event == "upgrade" else []
            for values in (*helm.values_from, _VALUES):
                arguments += ["--values", values]
            return _parsed(await commands.run("helm", arguments, folder), f"chart {chart}")

    @property
    def _files(self) -> dict[str, str]:
        return {name: self.texts[name] for name in self.addon.files}


@contextmanager
def _folder(files: Mapping[str, str]) -> Iterator[Path]:
    """Yield a folder of one rendering's own with these files in it; gone at the end."""
    with TemporaryDirectory(prefix="trailboss-addon-", ignore_cleanup_errors=True) as name:
        for path, text in files.items():
            file = Path(name, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode("utf-8", "surrogateescape"))
        yield Path(name)


def _parsed(text: str, what: str) -> tuple[AddonObject, ...]:
    read = parse(text, what)
    if read.problems:
        raise StepFailed(_words(map(str, read.problems)))
    return read.objects


def _words(problems: Iterable[str]) -> str:
    return "; ".join(problems)[:2000]
