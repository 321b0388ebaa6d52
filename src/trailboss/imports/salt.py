"""Salt: a roster of salt-ssh in YAML, or grains as `salt '*' grains.items --out json` prints them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from trailboss.imports.addresses import Network, split
from trailboss.imports.found import Found, FoundMachine, Text, flat, mapping, number, refused, texts
from trailboss.imports.json_text import looks_like_json, read_json
from trailboss.imports.jumps import jump_of
from trailboss.imports.record import topology

_ALLOWED = "a roster (NAME: {host: ADDRESS, …}), or JSON of `salt '*' grains.items --out json`"
_JINJA = re.compile(r"\{%|\{\{|^#!.*\bjinja", re.MULTILINE)
_SECRETS = ("passwd", "priv_passwd", "sudo_password")


def read_salt(text: Text, network: Network | None) -> Found:
    if looks_like_json(text):
        documents = read_json(text, _ALLOWED)
        return documents if isinstance(documents, Found) else _grains(text.name, documents, network)
    if jinja := _JINJA.search(text.content):
        line = text.content.count("\n", 0, jinja.start()) + 1
        allowed = "plain YAML; what only Salt can fill in: `salt '*' grains.items --out json`, imported as it is"
        return refused(text.name, "a roster with Jinja, which is not rendered here", line=line, allowed=allowed)
    return _roster(text)


def _roster(text: Text) -> Found:
    try:
        targets: Any = YAML().load(text.content)
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        reason = error.problem if isinstance(error, MarkedYAMLError) else "a character that YAML does not allow"
        line = mark.line + 1 if mark else 0
        return refused(text.name, f"not valid YAML: {reason}", line=line, allowed=_ALLOWED)
    if not isinstance(targets, dict):
        return refused(text.name, "not a roster", allowed=_ALLOWED)
    lines: Any = targets
    return Found.joined(
        _target(text.name, str(name), {"host": target} if isinstance(target, str) else target, lines.lc.key(name)[0])
        for name, target in targets.items()
    )


def _target(file: str, name: str, target: Any, above: int) -> Found:  # noqa: ANN401 - any YAML
    if not isinstance(target, dict):
        return refused(file, f"{name} is no target of a roster", line=above + 1, allowed=_ALLOWED)
    grains = mapping(mapping(target.get("minion_opts")).get("grains"))
    user = str(target["user"]) if target.get("user") else None
    jump, jump_notes = jump_of(" ".join(f"-o {option}" for option in texts(target.get("ssh_options"))), user)
    machine = FoundMachine(
        name=name,
        file=file,
        line=above + 1,
        where=f"{file}:{above + 1}",
        address=str(target.get("host", "")),
        user=user,
        port=number(target.get("port")),
        key_file=str(target["priv"]) if target.get("priv") else None,
        bastion=jump,
        notes=(*_secret_notes(target), *jump_notes),
        **_roles(grains),
    )
    return Found(machines=(machine,))


def _secret_notes(target: Mapping[str, Any]) -> Iterator[str]:
    for secret in _SECRETS:
        if target.get(secret):
            yield f"{secret} is not imported: Trailboss logs in with keys, and passwords do not belong into Git"


def _grains(file: str, documents: list[Any], network: Network | None) -> Found:
    minions = {name: grains for document in documents for name, grains in mapping(document).items()}
    if not minions:
        return refused(file, "no minions in it", allowed=_ALLOWED)
    return Found.joined(_minion(file, name, grains, network) for name, grains in minions.items())


def _minion(file: str, name: str, grains: Any, network: Network | None) -> Found:  # noqa: ANN401 - any JSON
    grains = mapping(grains).get("return", grains)
    if not isinstance(grains, dict):
        # Salt prints a text, or false, for a minion that did not answer.
        silent = FoundMachine(name=name, file=file)
        return Found(
            machines=(silent.with_problem("gave no grains", allowed="grains; run it when the minion answers"),)
        )
    public, private = split((*_list(grains, "fqdn_ip4"), *_list(grains, "ipv4")), network)
    machine = FoundMachine(
        name=name, file=file, where=name, address=public or private, private_address=private, **_roles(grains)
    )
    return Found(machines=(machine,))


def _roles(grains: Mapping[str, Any]) -> dict[str, Any]:
    tags = {key: value for key, value in flat(grains).items() if "role" in key.lower()}
    kubernetes = flat(mapping(grains.get("node_labels")))
    labels = topology(grains.get("zone") or grains.get("availability_zone"), grains.get("region"))
    return {"groups": texts(grains.get("roles")), "tags": tags, "labels": labels | kubernetes}


def _list(grains: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return texts(grains.get(key))
