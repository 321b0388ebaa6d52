"""Which files of one folder are its manifests: the others are texts for hosts, or parts of addons."""

from collections.abc import Mapping

from trailboss.manifests.defaults import Defaults
from trailboss.manifests.file_kinds import describes_clusters, is_manifest, is_wksctls
from trailboss.manifests.group import Group, read_group
from trailboss.manifests.normalise.addon_paths import named_for_addons
from trailboss.manifests.normalise.host import named_beside
from trailboss.manifests.shared import is_named, is_shared
from trailboss.model.problem import Problem


def read_manifests(files: Mapping[str, str], defaults: Defaults) -> tuple[Group, tuple[Problem, ...]]:
    """Read the manifests among `files`; what goes to hosts (`contentFrom`) or into addons is none.

    Among wksctl's manifests, only those that speak of clusters are read.
    """
    manifests = {file: text for file, text in files.items() if is_manifest(file) and not is_shared(file)}
    wksctls = is_wksctls(manifests)
    if wksctls:
        manifests = {file: text for file, text in manifests.items() if describes_clusters(text)}
    group, problems = read_group(manifests, defaults, foreign_allowed=wksctls)
    sources = {item.place.file for item in group.of_kinds("SSHCluster")}
    named = {path for item in group.objects for path in (*named_beside(item), *named_for_addons(item))}
    others = {file for file in manifests if file not in sources and is_named(file, named)}
    if not others:
        return group, problems
    read = {file: text for file, text in manifests.items() if file not in others}
    return read_group(read, defaults, foreign_allowed=wksctls)
