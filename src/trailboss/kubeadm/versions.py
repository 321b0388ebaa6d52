"""Kubernetes versions: parsing, order, and upstream's version skew policy as decisions with reasons."""

import re
from dataclasses import dataclass
from functools import lru_cache, total_ordering

from trailboss.model.supported import SUPPORTED, is_supported

MAX_KUBELET_SKEW = 3
"""How many minors a kubelet may be older than the API server (since Kubernetes 1.28)."""

_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?")


@total_ordering
@dataclass(frozen=True)
class Version:
    """A Kubernetes version; `pre` is what follows the hyphen ("rc.1"), "" for a release."""

    major: int
    minor: int
    patch: int
    pre: str = ""

    def __lt__(self, other: object) -> bool:
        return self._key() < other._key() if isinstance(other, Version) else NotImplemented

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}" + (f"-{self.pre}" if self.pre else "")

    def _key(self) -> tuple[int, int, int, bool, tuple[tuple[bool, int, str], ...]]:
        """Order as semantic versions do: a release after its pre-releases, numbers as numbers."""
        parts = tuple((not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in self.pre.split("."))
        return (self.major, self.minor, self.patch, not self.pre, parts)


@lru_cache(maxsize=256)  # a plan asks for the same few again and again
def parse(text: str) -> Version:
    """Parse "1.34.4", "v1.34.4" or "v1.35.0-rc.1".

    Raises:
        ValueError: it is none of these.
    """
    found = _VERSION.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is not a Kubernetes version such as 1.34.4")
    major, minor, patch, pre = found.groups()
    return Version(int(major), int(minor), int(patch), pre or "")


def unsupported(version: Version) -> str:
    """Return why this version cannot be installed, or ""."""
    if is_supported(version.major, version.minor):
        return ""
    return f"Kubernetes {version} is outside of the supported range {SUPPORTED}"


def api_server_skew(api_servers: tuple[Version, ...]) -> tuple[str, ...]:
    """Return why these API servers must not run side by side: they have to be within one minor of each other."""
    if not api_servers or max(api_servers).minor - min(api_servers).minor <= 1:
        return ()
    return (f"API servers {min(api_servers)} and {max(api_servers)} are more than one minor version apart",)


def kubelet_skew(kubelet: Version, api_servers: tuple[Version, ...]) -> tuple[str, ...]:
    """Return why this kubelet (or kube-proxy) must not run with these API servers; bounded by the oldest of them.

    It is never newer than the API server, and at most three minors older.
    """
    oldest, newest = min(api_servers), max(api_servers)
    problems = []
    if (kubelet.major, kubelet.minor) > (oldest.major, oldest.minor):
        problems.append(f"kubelet {kubelet} is newer than API server {oldest}")
    if newest.minor - kubelet.minor > MAX_KUBELET_SKEW:
        problems.append(f"kubelet {kubelet} is more than {MAX_KUBELET_SKEW} minors older than API server {newest}")
    return tuple(problems)


def controller_skew(component: Version, api_servers: tuple[Version, ...]) -> tuple[str, ...]:
    """Return why this controller manager or scheduler must not run with these API servers: at most one minor older."""
    oldest, newest = min(api_servers), max(api_servers)
    problems = []
    if (component.major, component.minor) > (oldest.major, oldest.minor):
        problems.append(f"controller {component} is newer than API server {oldest}")
    if newest.minor - component.minor > 1:
        problems.append(f"controller {component} is more than one minor older than API server {newest}")
    return tuple(problems)


def step_problems(running: Version, desired: Version) -> tuple[str, ...]:
    """Return why a control plane must not go from `running` to `desired` at once: a downgrade, or a minor skipped."""
    if desired < running:
        return (f"going from {running} back to {desired} is a downgrade",)
    if desired.minor - running.minor > 1:
        return (f"going from {running} to {desired} skips a minor version",)
    return ()
