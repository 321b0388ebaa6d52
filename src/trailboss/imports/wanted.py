"""What an import wants to stand in the manifests: the spec of an SSHMachine for each machine."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from trailboss.imports.found import FoundMachine
from trailboss.manifests.reading.words import show
from trailboss.manifests.schema.fields import description_at
from trailboss.manifests.schema.ssh import SSHMachineSpec
from trailboss.manifests.schema.texts import LabelValue
from trailboss.model.base import Frozen
from trailboss.model.machine import Role
from trailboss.model.problem import Problem

SSH_FIELDS = ("user", "port", "keyFile", "bastion")
SSH_DEFAULTS: dict[str, Any] = {"user": "root", "port": 22, "keyFile": None, "bastion": None}
_MESSAGES = {
    "string_type": "must be a text",
    "string_too_short": "must not be empty",
    "int_type": "must be a number",
    "greater_than_equal": "out of range",
    "less_than_equal": "out of range",
    "missing": "an address is missing",
}

_LABEL_VALUE: TypeAdapter[str] = TypeAdapter(LabelValue)


class Login(Frozen):
    """What the user says of logging in to all machines, over what the source tells. `private`: by that address."""

    user: str | None = None
    key_file: str | None = None
    bastion: str | None = None
    private: bool = False


class WantedMachine(Frozen):
    """`spec`: fields of an SSHMachine as in a manifest, its ssh in full; without what the source does not tell."""

    name: str
    spec: dict[str, Any]
    found: FoundMachine

    @property
    def addresses(self) -> set[str]:
        return {self.spec[field] for field in ("address", "privateAddress") if self.spec.get(field)}


def want(name: str, role: Role, found: FoundMachine, login: Login) -> tuple[WantedMachine, tuple[str, ...]]:
    """Return what is wanted of one machine, and notes about what is left out of it."""
    notes = []
    ssh = {
        "user": login.user or found.user,
        "port": found.port,
        "keyFile": login.key_file or found.key_file,
        "bastion": login.bastion or found.bastion,
    }
    if ssh["keyFile"] and not str(ssh["keyFile"]).startswith(("/", "~/")) and not login.key_file:
        notes.append(f"{name}: the key {ssh['keyFile']} is not imported: a path on the worker begins with / or ~/")
        ssh["keyFile"] = None
    labels = {key: value for key, value in sorted(found.labels.items()) if _is_label_value(value)}
    notes.extend(
        f"{name}: the label {key} is not imported: its value is none that a label can have"
        for key in sorted(found.labels)
        if key not in labels
    )
    told = {key: value for key, value in ssh.items() if value is not None}
    spec = {"role": role, **_addresses(found, private=login.private), "ssh": told, "labels": labels}
    return WantedMachine(name=name, spec={key: value for key, value in spec.items() if value}, found=found), tuple(
        notes
    )


def _is_label_value(text: str) -> bool:
    try:
        _LABEL_VALUE.validate_python(text)
    except ValidationError:
        return False
    return True


def _addresses(found: FoundMachine, *, private: bool) -> dict[str, str]:
    address = (found.private_address if private else "") or found.address or found.private_address
    own = found.private_address if found.private_address != address else ""
    return {"address": address, "privateAddress": own}


def spec_problems(wanted: Iterable[WantedMachine]) -> Iterable[Problem]:
    """Yield what no manifest could hold, told where the source has it."""
    for machine in wanted:
        try:
            SSHMachineSpec.model_validate(machine.spec)
        except ValidationError as error:
            for detail in error.errors():
                location = tuple(part for part in detail["loc"] if part != "[key]")
                message = _MESSAGES.get(detail["type"], detail["msg"])
                allowed = detail.get("ctx", {}).get("allowed") or description_at(SSHMachineSpec, location)
                found = "" if detail["type"] == "missing" else show(detail["input"], location)
                field = ".".join(str(part) for part in location)
                yield machine.found.problem(message, field=field, found=found, allowed=str(allowed))
