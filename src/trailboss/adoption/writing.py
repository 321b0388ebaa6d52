"""The proposal as YAML, with comments that tell where each value came from."""

from collections.abc import Iterator
from textwrap import indent, wrap

from trailboss.adoption.document import Document, Field
from trailboss.adoption.proposal import Proposal
from trailboss.manifests.scaffold.render import pair

_WIDTH = 118
_CLUSTER = """\
# Written by `trailboss adopt`: the cluster as it runs. Comments tell where each value came from; what is left out has
# Trailboss's default (docs/manifests.md), and settings of kubeadm's that are not here stay as they are.
"""
_MACHINES = "# Written by `trailboss adopt`: a Machine, and an SSHMachine with how it is reached, for each node.\n"


def write(proposal: Proposal) -> dict[str, str]:
    """Return the manifests: path in the repository → text."""
    folder = f"clusters/{proposal.name}"
    return {
        f"{folder}/cluster.yaml": _CLUSTER + _file(proposal.cluster),
        f"{folder}/machines.yaml": _MACHINES + _file(proposal.machines),
    }


def _file(documents: tuple[Document, ...]) -> str:
    return "---\n".join("".join(f"{line}\n" for line in _lines(document, 0)) for document in documents)


def _lines(document: Document, depth: int) -> Iterator[str]:
    for name, value in document.items():
        if isinstance(value, Field):
            yield from _comment(value.origin, depth)
            yield pair(name, value.value, depth)
        elif value:
            yield f"{' ' * depth}{name}:"
            yield from _lines(value, depth + 2)


def _comment(origin: str, depth: int) -> Iterator[str]:
    if origin:
        yield indent("\n".join(f"# {line}" for line in wrap(origin, _WIDTH - depth)), " " * depth)
