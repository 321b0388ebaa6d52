"""Files, proxy and volumes: nothing twice, nothing that is somebody else's, no secrets."""

import re
from collections.abc import Iterator

from trailboss.manifests.checks.reserved import whose
from trailboss.manifests.group import Group
from trailboss.manifests.normalise.draft import Draft
from trailboss.manifests.reading.place import FieldPlace
from trailboss.model.cluster import Volume
from trailboss.model.problem import Problem

LARGEST_BYTES = 64 * 1024
"""Of one file: it is read from Git, kept in memory and sent over SSH to every host."""
_CREDENTIAL = re.compile(r"^[\s-]*[\"']?(client-key-data|token|password)[\"']?\s*:\s*[\"']?[^\s\"'#]", re.MULTILINE)
# kubeadm's own, in the manifest of the API server.
_KUBEADM_VOLUMES = {
    "ca-certs",
    "etc-ca-certificates",
    "etc-pki",
    "etc-pki-ca-trust",
    "etc-pki-tls-certs",
    "k8s-certs",
    "usr-local-share-ca-certificates",
    "usr-share-ca-certificates",
}


def file_problems(draft: Draft, _group: Group) -> Iterator[Problem]:
    first: dict[str, FieldPlace] = {}
    for number, file in enumerate(draft.cluster.files):
        place = draft.at(f"files.{number}")
        before = first.setdefault(file.path, place)
        if before is not place:
            yield place.problem("a file that is given twice", found=f"{file.path}, first in {before}")
        elif owner := whose(file.path):
            allowed = "another path; what it is to hold has a field of its own in the manifests"
            yield place.problem(f"a path that {owner}", found=file.path, allowed=allowed)
        if len(file.content.encode()) > LARGEST_BYTES:
            yield place.problem("a file that is too large", found=file.path, allowed="at most 64 KiB")
        yield from _credentials(file.content, place)


def folder_problems(draft: Draft, _group: Group) -> Iterator[Problem]:
    """Yield files that stand where another needs a folder."""
    paths = {file.path for file in draft.cluster.files}
    for number, file in enumerate(draft.cluster.files):
        parts = file.path.split("/")
        inside = next((path for end in range(2, len(parts)) if (path := "/".join(parts[:end])) in paths), None)
        if inside:
            found = f"{file.path}, and {inside}"
            yield draft.at(f"files.{number}").problem("lies below a path that is a file, too", found=found)


def volume_problems(draft: Draft, _group: Group) -> Iterator[Problem]:
    volumes = draft.cluster.kubeadm.api_server_extra_volumes
    for number, volume in enumerate(volumes):
        place, before = draft.at(f"volumes.{number}"), volumes[:number]
        if volume.name in _KUBEADM_VOLUMES:
            yield place.problem("a name of kubeadm's own volumes", found=volume.name, allowed="another name")
        if volume.name in {other.name for other in before}:
            yield place.problem("a volume's name that is given twice", found=volume.name)
        if volume.mount_path in {other.mount_path for other in before}:
            yield place.problem("two volumes at one mountPath", found=volume.mount_path)
        yield from _never(volume, place)


def _never(volume: Volume, place: FieldPlace) -> Iterator[Problem]:
    """Yield volumes that would hide or open what is kubeadm's."""
    for path, what in ((volume.host_path, "hostPath"), (volume.mount_path, "mountPath")):
        if any(path == taken or path.startswith(f"{taken}/") for taken in ("/etc/kubernetes/pki", "/proc", "/sys")):
            yield place.problem(f"a {what} that is kubeadm's or the kernel's own", found=path, allowed="another path")


def _credentials(content: str, place: FieldPlace) -> Iterator[Problem]:
    """Yield what would log in by a kubeconfig: keys, tokens and passwords that stand in it."""
    if "kind: Config" not in content.replace('"', "").replace("'", ""):
        return
    for name in sorted(set(_CREDENTIAL.findall(content))):
        yield place.problem(
            "a secret must not be kept in Git; take it out, and change it, since history keeps it",
            found=f"{name} of a kubeconfig, which is not repeated here",
            allowed="client-key or tokenFile with the path of a file that is on the hosts already",
        )
