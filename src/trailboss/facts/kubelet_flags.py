"""The flags of a kubelet that others have set up: whose each of them is."""

from typing import Final

from trailboss.facts.machine_facts import MachineFacts
from trailboss.facts.paths import KUBELET_DIR

CONFIG: Final = f"{KUBELET_DIR}/config.yaml"
"""Where kubeadm writes the kubelet's configuration."""
_OF_THE_SERVICE = ("bootstrap-kubeconfig", "kubeconfig", "config")
"""Flags that kubeadm's drop-in gives to any kubelet."""


def flags(words: tuple[str, ...]) -> dict[str, str]:
    """Parse `--a=1`, `--a 1` and `--a` (true); other words are passed over. Names have no dashes."""
    found: dict[str, str] = {}
    for number, word in enumerate(words):
        if not word.startswith("--"):
            continue
        name, equals, value = word.removeprefix("--").partition("=")
        following = words[number + 1] if number + 1 < len(words) else "--"
        found[name] = value if equals else ("true" if following.startswith("--") else following)
    return found


def own(facts: MachineFacts) -> dict[str, str]:
    """Return the flags of the running kubelet that come neither from kubeadm nor from its drop-in."""
    kubeadms = flags(facts.kubeadm_flags)
    given = flags(facts.kubelet_command[1:])
    return {name: value for name, value in given.items() if name not in _OF_THE_SERVICE and kubeadms.get(name) != value}


def configuration_file(facts: MachineFacts) -> str:
    """Return the path of the configuration that the running kubelet reads, "" where none was seen."""
    return flags(facts.kubelet_command[1:]).get("config", "")
