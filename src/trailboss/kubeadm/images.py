"""Image tags that kubeadm fixes for each Kubernetes minor; read from its `constants.go`."""

from trailboss.kubeadm.versions import Version

_PAUSE_TAGS = {31: "3.10", 32: "3.10", 33: "3.10", 34: "3.10.1", 35: "3.10.1", 36: "3.10.2"}


def pause_image(version: Version, repository: str) -> str:
    """Return the sandbox image of this version; of the nearest known one beyond the table's ends."""
    minor = min(max(version.minor, min(_PAUSE_TAGS)), max(_PAUSE_TAGS))
    return f"{repository}/pause:{_PAUSE_TAGS[minor]}"
