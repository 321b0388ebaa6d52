"""SSHCluster `spec.addons` → the model's addons, with the files that they are made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from trailboss.addons.digest import digest
from trailboss.addons.flux import NAMESPACE as FLUX_NAMESPACE
from trailboss.manifests.normalise.addon_files import AddonFiles
from trailboss.manifests.normalise.addon_paths import written_addons
from trailboss.manifests.normalise.addon_pins import refuse_unpinned
from trailboss.manifests.normalise.addon_sources import source_of
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.place import FieldPlace
from trailboss.manifests.schema.addons import AddonSpec
from trailboss.manifests.schema.ssh import SSHClusterSpec
from trailboss.manifests.suggest import did_you_mean
from trailboss.model.addons import Addon
from trailboss.model.problem import Problem


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
        files = AddonFiles(item, number, texts)
        read.addons.append(_addon(one, files, spec.kubernetes_version or ""))
        read.problems.extend(files.problems)
        read.places[f"addons.{number}"] = item.at("spec", "addons", number)
        read.problems.extend(_unknown(item, one, number))
    return read


def _addon(spec: AddonSpec, files: AddonFiles, kubernetes_version: str) -> Addon:
    """Return the addon, as far as it could be read."""
    made = source_of(spec, files)
    addon = Addon(
        name=spec.name,
        sha256=spec.sha256 or "",
        namespace=spec.namespace if "namespace" in spec.model_fields_set or not spec.flux else FLUX_NAMESPACE,
        depends_on=tuple(spec.depends_on),
        timeout=spec.timeout,
        prune=spec.prune,
        force_conflicts=spec.force_conflicts,
        network=spec.network,
        files=tuple(sorted(files.taken)),
        needs=tuple(files.needs),
        **made,
    )
    refuse_unpinned(spec, files)
    made_of = digest(addon, files.taken, own=files.folder, kubernetes_version=kubernetes_version)
    return addon.model_copy(update={"digest": made_of})


def _unknown(item: KubeObject, spec: AddonSpec, number: int) -> Iterator[Problem]:
    """Yield dependencies that lead nowhere; an addon with mistakes is there all the same."""
    names = [one.get("name") for one in written_addons(item)]
    others = sorted({str(name) for name in names if name and name != spec.name})
    for position, name in enumerate(spec.depends_on):
        if name not in names:
            message = f"depends on an addon that is not there{did_you_mean(name, others)}"
            allowed = ", ".join(others) or "nothing: there is no other addon"
            at = ("spec", "addons", number, "dependsOn", position)
            yield item.problem(at, message, found=name, allowed=allowed)
