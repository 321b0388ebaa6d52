"""Flags that wksctl's users set and that today's Kubernetes has no more: with one of them, the program does not start.

Written from memory of the releases' lists of changes (CHANGELOG-1.20 to 1.33 of kubernetes/kubernetes), not compared
with them line by line: which version a flag went with may be off by one.
"""

from dataclasses import dataclass

from trailboss.manifests.schema.texts import refuse

_LOGS = dict.fromkeys(
    (
        "add-dir-header",
        "alsologtostderr",
        "log-backtrace-at",
        "log-dir",
        "log-file",
        "log-file-max-size",
        "logtostderr",
        "one-output",
        "skip-headers",
        "skip-log-headers",
        "stderrthreshold",
    ),
    "gone since 1.26: logs go to the error output, which the host keeps; take it out",
)
_DOCKER = "gone with docker, at the latest in 1.27; take it out"


@dataclass(frozen=True)
class Removed:
    """What one program has no more. `flags`: name → why, and what to do; `values`: flag → part of a value → both."""

    flags: dict[str, str]
    values: dict[str, dict[str, str]]


API_SERVER = Removed(
    {
        **_LOGS,
        **dict.fromkeys(("insecure-port", "insecure-bind-address", "port", "address"), "gone since 1.24; take it out"),
        "admission-control": "gone; write enable-admission-plugins",
        "basic-auth-file": "gone since 1.19; write authentication by certificates, tokens or OIDC",
        "cloud-config": "gone since 1.33: the cloud's own controller manager reads it; take it out",
        "cloud-provider": "gone since 1.33; write spec.cloudProvider: external",
        "experimental-encryption-provider-config": "gone; write encryption-provider-config",
        "kubelet-https": "gone since 1.22; take it out",
        "target-ram-mb": "gone since 1.23; take it out",
    },
    {
        "enable-admission-plugins": {
            "PodSecurityPolicy": "gone since 1.25; take it out, and label namespaces for Pod Security instead"
        }
    },
)
KUBELET = Removed(
    {
        **_LOGS,
        **dict.fromkeys(
            (
                "cni-bin-dir",
                "cni-cache-dir",
                "cni-conf-dir",
                "container-runtime",
                "docker",
                "docker-endpoint",
                "image-pull-progress-deadline",
                "network-plugin",
                "network-plugin-mtu",
            ),
            _DOCKER,
        ),
        "cadvisor-port": "gone; take it out",
        "dynamic-config-dir": "gone since 1.24; take it out",
        "experimental-kernel-memcg-notification": "gone; write kernel-memcg-notification",
        "non-masquerade-cidr": "gone since 1.24; take it out",
        "redirect-container-streaming": "gone since 1.20; take it out",
    },
    {},
)


def refuse_removed(removed: Removed, name: str, value: str) -> None:
    """Raise the error of a flag, or of a part of its value, that today's Kubernetes does not know."""
    if remedy := removed.flags.get(name):
        raise refuse(f"the flag {name} is {remedy.partition(';')[0]}", _remedy(remedy))
    for part, remedy in removed.values.get(name, {}).items():
        if part in value.split(","):
            raise refuse(f"{part} is {remedy.partition(';')[0]}", _remedy(remedy))


def _remedy(text: str) -> str:
    return text.partition("; ")[2]
