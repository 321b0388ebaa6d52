"""The versions of Kubernetes that can be installed, for whoever checks or tells them."""

OLDEST_MINOR = 31
"""The first minor whose kubeadm reads configuration v1beta4."""
NEWEST_MINOR = 36
"""The newest minor whose kubeadm constants were read when this was written."""
SUPPORTED = f"1.{OLDEST_MINOR} to 1.{NEWEST_MINOR}"


def is_supported(major: int, minor: int) -> bool:
    return major == 1 and OLDEST_MINOR <= minor <= NEWEST_MINOR
