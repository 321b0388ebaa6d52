"""Manifests of a part of the lab's hosts, with what a test wants to be different in them."""

from collections.abc import Iterable

import yaml
from tests.e2e.ranch import NAME, Ranch

from trailboss.lab.scene import manifests

_FILE = f"clusters/{NAME}/cluster.yaml"


def wanted(ranch: Ranch, hosts: Iterable[str], **spec: object) -> dict[str, str]:
    """Return path → text of the cluster with these hosts; `spec` stands over the SSHCluster's own fields."""
    chosen = [ranch.lab.host(name) for name in hosts]
    files = manifests(ranch.lab, cluster=NAME, version=ranch.version, hosts=chosen)
    documents = list(yaml.safe_load_all(files[_FILE]))
    documents[1]["spec"].update(spec)
    return {**files, _FILE: yaml.safe_dump_all(documents, sort_keys=False)}
