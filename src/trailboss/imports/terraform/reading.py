from collections.abc import Mapping
from typing import Any

from trailboss.imports.addresses import Network
from trailboss.imports.found import Found, Text, mapping, refused
from trailboss.imports.json_text import read_json
from trailboss.imports.terraform.kinds import KINDS
from trailboss.imports.terraform.machines import machines_of
from trailboss.imports.terraform.outputs import read_outputs
from trailboss.imports.terraform.resources import Resource, shown_resources, state_resources

_ALLOWED = "a state file, or JSON of `terraform show -json` or `terraform output -json`"
_STATE_VERSION = 4


def read_terraform(text: Text, network: Network | None) -> Found:
    """Read machines of resources; of outputs where those are KubeOne's, or where no resource is a machine."""
    documents = read_json(text, _ALLOWED)
    if isinstance(documents, Found):
        return documents
    told = mapping(documents[0])
    if "terraform_version" in told and "version" in told:
        return _state(text.name, told, network)
    if "format_version" in told:
        return _shown(text.name, told, network)
    if told and all(isinstance(output, dict) and "value" in output for output in told.values()):
        return _found(text.name, [], told, network)
    return refused(text.name, "not what Terraform writes", allowed=_ALLOWED)


def _state(name: str, told: Mapping[str, Any], network: Network | None) -> Found:
    if told["version"] != _STATE_VERSION:
        allowed = f"version {_STATE_VERSION}; `terraform show -json` prints any state that Terraform can read"
        return refused(name, "a version of state that is not read", found=str(told["version"]), allowed=allowed)
    return _found(name, list(state_resources(told)), mapping(told.get("outputs")), network)


def _shown(name: str, told: Mapping[str, Any], network: Network | None) -> Found:
    if "planned_values" in told:
        allowed = "what exists: `terraform show -json` without a plan's file, after `terraform apply`"
        return refused(name, "a plan, whose machines do not exist yet", allowed=allowed)
    values = mapping(told.get("values"))
    resources = list(shown_resources(mapping(values.get("root_module"))))
    return _found(name, resources, mapping(values.get("outputs")), network)


def _found(name: str, resources: list[Resource], outputs: Mapping[str, Any], network: Network | None) -> Found:
    from_outputs = read_outputs(outputs, name)
    machines = tuple(machines_of(resources, name, network))
    if "kubeone_hosts" in outputs or not machines:
        if not from_outputs.machines and not machines:
            types = sorted({resource.type for resource in resources})
            found = ", ".join([*types, *(f"output {output}" for output in outputs)]) or "nothing"
            allowed = f"resources of {', '.join(sorted(KINDS))}; or outputs with hosts' addresses"
            return refused(name, "no machine in it", found=found, allowed=allowed)
        if from_outputs.machines:
            return from_outputs
    return Found(machines=machines, endpoint=from_outputs.endpoint)
