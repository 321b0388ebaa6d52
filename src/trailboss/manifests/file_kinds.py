"""What a file of a repository is, as far as its name and a look at its text tell: nothing is parsed."""

import re
from collections.abc import Mapping

_API = r"""apiVersion["']?\s*:\s*["']?"""
_WKSCTL = re.compile(rf"{_API}(cluster\.weave\.works|cluster\.k8s\.io|baremetalproviderspec)/")
_DESCRIBES = re.compile(
    rf"{_API}((controlplane\.|bootstrap\.)?cluster\.x-k8s\.io|trailboss\.dev|cluster\.weave\.works|cluster\.k8s\.io"
    r"|baremetalproviderspec)/"
)
_KIND = r"""kind["']?\s*:\s*["']?"""
_HOME = re.compile(rf"{_KIND}(ExistingInfraCluster|BareMetalCluster|BareMetalClusterProviderSpec)\b")
_OLD = re.compile(rf"{_API}cluster\.k8s\.io/")
_CLUSTER = re.compile(rf"{_KIND}Cluster\b")
_SOURCE = re.compile(rf"{_KIND}(ConfigMap|SealedSecret)\b")


def is_manifest(file: str) -> bool:
    hidden = any(part.startswith(".") for part in file.split("/"))
    return file.endswith((".yaml", ".yml")) and not hidden


def is_wksctls(files: Mapping[str, str]) -> bool:
    """Tell whether wksctl's objects are among these manifests; then files for its Flux may be, too."""
    return any(is_wksctls_manifest(file, text) for file, text in files.items())


def is_wksctls_manifest(file: str, text: str) -> bool:
    return is_manifest(file) and bool(_WKSCTL.search(text))


def is_home(text: str) -> bool:
    """Tell whether a file has a Cluster of wksctl's."""
    return bool(_HOME.search(text) or (_OLD.search(text) and _CLUSTER.search(text)))


def describes_clusters(text: str) -> bool:
    """Tell whether a file speaks of an API that describes clusters."""
    return bool(_DESCRIBES.search(text))


def holds_sources(text: str) -> bool:
    """Tell whether a file has what wksctl's objects take texts and names from: a ConfigMap or SealedSecret."""
    return bool(_SOURCE.search(text))
