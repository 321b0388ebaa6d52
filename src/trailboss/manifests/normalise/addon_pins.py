"""What a URL gives must be what the manifests pin: one SHA-256 for one URL."""

from trailboss.manifests.normalise.addon_files import AddonFiles
from trailboss.manifests.normalise.addon_paths import written_addons
from trailboss.manifests.schema.addons import AddonSpec
from trailboss.model.addons import is_url


def refuse_unpinned(spec: AddonSpec, files: AddonFiles) -> None:
    """Note a URL without `sha256`, the other way round, and several URLs for one."""
    urls = _urls(spec)
    if urls and not spec.sha256 and not _pinned_as_written(spec, files):
        allowed = "sha256, with what sha256sum prints for it"
        files.refuse((), "what a URL gives must be pinned", found=urls[0], allowed=allowed)
    if spec.sha256 and not urls and files.item.whole:  # else the URL may be what could not be read
        files.refuse(("sha256",), "pins nothing: this addon has no URL", allowed="leave it out")
    if len(urls) > 1:
        message = "one sha256 pins one URL; give each an addon of its own, or put them into the repository"
        files.refuse((), message, found=f"{len(urls)} URLs")


def _urls(spec: AddonSpec) -> list[str]:
    flux = spec.flux.install if spec.flux else None
    sources = (*(spec.manifests or ()), spec.helm.chart if spec.helm else "", flux or "")
    return [source for source in sources if is_url(source)]


def _pinned_as_written(spec: AddonSpec, files: AddonFiles) -> bool:
    """Tell whether there is a `sha256`, which may be what could not be read."""
    return any(one.get("sha256") for one in written_addons(files.item) if one.get("name") == spec.name)
