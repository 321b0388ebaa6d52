"""wksctl's webhooks → what it makes of them: a kubeconfig on the hosts, flags of the API server, and what it sees.

wksctl also writes the keys and certificates, which a SealedSecret holds: it is run with the key that opens it.
Trailboss has no such key, and no secret passes through it: whoever has it puts the three files where the kubeconfig
names them.
"""

import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from trailboss.manifests.normalise.wksctl_sources import sealed_secret_in
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.place import FieldPlace
from trailboss.manifests.schema.existing_infra import (
    AuthenticationWebhook,
    AuthorizationWebhook,
    ExistingInfraClusterSpec,
)
from trailboss.model.cluster import HostFile, Volume
from trailboss.model.problem import Problem

FOLDER = "/etc/pki/weaveworks/wksctl"
_MODE_FLAG = "authorization-mode"
_KEYS = ("certificate-authority", "client-certificate", "client-key")


@dataclass
class Webhooks:
    """What the webhooks of one cluster come to; `places`: fields of the model → where they were written."""

    files: list[tuple[HostFile, FieldPlace]] = field(default_factory=list)
    arguments: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, FieldPlace] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)

    @property
    def volumes(self) -> tuple[Volume, ...]:
        if not self.files:
            return ()
        return (Volume(name="wksctl-webhooks", host_path=FOLDER, mount_path=FOLDER, path_type="Directory"),)


def webhooks_of(item: KubeObject, spec: ExistingInfraClusterSpec, beside: Mapping[str, str]) -> Webhooks:
    """Read both webhooks. `beside`: path in the repository → text of whatever stands in the cluster's folder."""
    made = Webhooks()
    given = {argument.name: argument.value for argument in spec.api_server.extra_arguments}
    if webhook := spec.authentication_webhook:
        place = item.at("spec", "authenticationWebhook")
        if config := _config(item, webhook, place, beside, made):
            flags = {"config-file": config, "cache-ttl": webhook.cache_ttl}
            _add(made, {f"authentication-token-webhook-{name}": value for name, value in flags.items()}, given, place)
    if hook := spec.authorization_webhook:
        place = item.at("spec", "authorizationWebhook")
        if config := _config(item, hook, place, beside, made):
            flags = {
                "config-file": config,
                "cache-authorized-ttl": hook.cache_authorized_ttl,
                "cache-unauthorized-ttl": hook.cache_unauthorized_ttl,
            }
            _add(made, {f"authorization-webhook-{name}": value for name, value in flags.items()}, given, place)
            _set_mode(made, given, place)
    return made


def _add(made: Webhooks, flags: Mapping[str, str | None], given: Mapping[str, str], place: FieldPlace) -> None:
    for name, value in flags.items():
        if value:
            made.arguments[name] = value
        if name in given:
            message = "sets a flag that spec.apiServer.extraArguments sets, too; write it once"
            made.problems.append(place.problem(message, found=name))


def _set_mode(made: Webhooks, given: Mapping[str, str], place: FieldPlace) -> None:
    """Ask the webhook after Node and RBAC: kubeadm's own files, and kubelets, log in through these two.

    wksctl has the webhook alone, as Kubernetes 1.14 could do.
    """
    mode = given.get(_MODE_FLAG)
    if mode is None:
        made.arguments[_MODE_FLAG] = "Node,RBAC,Webhook"
        made.problems.append(
            place.problem(
                "is asked last, after Node and RBAC, which clusters of today cannot be without; wksctl asked it alone",
                found=f"{_MODE_FLAG}: Webhook in wksctl",
                allowed=f"another order in spec.apiServer.extraArguments: {_MODE_FLAG}",
                severity="warning",
            )
        )
    elif "Webhook" not in mode.split(","):
        message = "is asked by nobody: spec.apiServer.extraArguments has an authorization-mode without it"
        made.problems.append(place.problem(message, found=mode, allowed=f"{_MODE_FLAG}: Node,RBAC,Webhook"))


def _config(
    item: KubeObject,
    webhook: AuthenticationWebhook | AuthorizationWebhook,
    place: FieldPlace,
    beside: Mapping[str, str],
    made: Webhooks,
) -> str:
    """Add the kubeconfig of a webhook and return its path on hosts, "" where its secret has no name."""
    at = FieldPlace(place.place, (*place.location, "secretFile"))
    path = posixpath.normpath(posixpath.join(posixpath.dirname(item.place.file), webhook.secret_file))
    if path not in beside:
        message = "no such file in the cluster's folder"
        allowed = "the file of a SealedSecret, by its path from this manifest's own folder"
        made.problems.append(at.problem(message, found=path, allowed=allowed))
        return ""
    name = sealed_secret_in(path, beside[path])
    if not name:
        made.problems.append(at.problem("there is no SealedSecret with a name in this file", found=path))
        return ""
    made.sources.add(path)
    made.problems.append(_keys_needed(name, at))
    config = f"{FOLDER}/{name}.yaml"
    made.files.append((HostFile(path=config, content=_kubeconfig(name, webhook.url), mode="0600"), place))
    made.places["volumes.0"] = place
    return config


def _keys_needed(name: str, at: FieldPlace) -> Problem:
    files = ", ".join(f"{key}.pem" for key in _KEYS)
    return at.problem(
        "is not opened: Trailboss has no key for it; API servers do not start before its keys are on their hosts",
        found=f"the SealedSecret {name}",
        allowed=f"{files} in {FOLDER}/pem/{name}/ on every control plane, put there by you (wksctl's hosts have them)",
        severity="warning",
    )


def _kubeconfig(name: str, url: str) -> str:
    pem = {key: f"{FOLDER}/pem/{name}/{key}.pem" for key in _KEYS}
    user = f"{name}-api-server"
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": name, "cluster": {"certificate-authority": pem["certificate-authority"], "server": url}},
        ],
        "users": [{"name": user, "user": {key: pem[key] for key in _KEYS[1:]}}],
        "contexts": [{"name": f"{name}-webhook", "context": {"cluster": name, "user": user}}],
        "current-context": f"{name}-webhook",
    }
    return f"{json.dumps(config, indent=2)}\n"  # JSON is YAML, and needs no care for what quotes would be for
