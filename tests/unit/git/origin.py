"""A real Git repository to poll: commits are made as a push would leave them."""

from collections.abc import Mapping
from pathlib import Path

import pygit2
from pygit2.enums import FileMode

from trailboss.model.revision import Repository

CLUSTER = """\
apiVersion: cluster.x-k8s.io/v1beta1
kind: Cluster
metadata:
  name: {name}
spec:
  clusterNetwork:
    pods:
      cidrBlocks: [10.244.0.0/16]
  infrastructureRef:
    apiVersion: trailboss.dev/v1alpha1
    kind: SSHCluster
    name: {name}
---
apiVersion: trailboss.dev/v1alpha1
kind: SSHCluster
metadata:
  name: {name}
spec:
  kubernetesVersion: {version}
---
apiVersion: cluster.x-k8s.io/v1beta1
kind: Machine
metadata:
  name: {name}-cp-1
  labels:
    cluster.x-k8s.io/control-plane: ""
    cluster.x-k8s.io/cluster-name: {name}
spec:
  clusterName: {name}
  bootstrap:
    dataSecretName: ""
  infrastructureRef:
    apiVersion: trailboss.dev/v1alpha1
    kind: SSHMachine
    name: {name}-cp-1
---
apiVersion: trailboss.dev/v1alpha1
kind: SSHMachine
metadata:
  name: {name}-cp-1
spec:
  role: control-plane
  address: {address}
"""


def manifest(name: str, version: str = "1.34.4", address: str = "10.0.0.1") -> str:
    return CLUSTER.format(name=name, version=version, address=address)


class Origin:
    """The remote. `files` is what the next commit holds: path → text, or bytes."""

    def __init__(self, path: Path, branch: str = "main") -> None:
        self.path = path
        self.branch = branch
        self.files: dict[str, str | bytes] = {}
        self.git = pygit2.init_repository(str(path), bare=True, initial_head=branch)

    def repository(self, **changes: object) -> Repository:
        return Repository.model_validate({"name": "fleet", "url": str(self.path), "branch": self.branch, **changes})

    def push(self, files: Mapping[str, str | bytes | None] | None = None, subject: str = "a change") -> str:
        """Commit the changed files (None: removed) after the branch's head; returns the commit."""
        self._change(files or {})
        head = self.git.references.get(self.ref)
        return self._commit([head.target] if head else [], subject)

    def force_push(
        self, parent: str | None, files: Mapping[str, str | bytes | None] | None = None, subject: str = "rewritten"
    ) -> str:
        """Make the branch a commit after `parent` (None: a root), whatever it was."""
        self._change(files or {})
        self.git.references.delete(self.ref)
        return self._commit([pygit2.Oid(hex=parent)] if parent else [], subject)

    def delete_branch(self) -> None:
        self.git.references.delete(self.ref)

    def reset(self, commit: str) -> None:
        self.git.references.create(self.ref, pygit2.Oid(hex=commit), force=True)

    @property
    def ref(self) -> str:
        return f"refs/heads/{self.branch}"

    def _change(self, files: Mapping[str, str | bytes | None]) -> None:
        for name, text in files.items():
            if text is None:
                self.files = {path: kept for path, kept in self.files.items() if not f"{path}/".startswith(f"{name}/")}
            else:
                self.files[name] = text

    def _commit(self, parents: list[pygit2.Oid], subject: str) -> str:
        index = pygit2.Index()
        for name, text in self.files.items():
            blob = self.git.create_blob(text if isinstance(text, bytes) else text.encode())
            index.add(pygit2.IndexEntry(name, blob, FileMode.BLOB))
        author = pygit2.Signature("Ada", "ada@example.org", 1_700_000_000, 0)
        tree = index.write_tree(self.git)
        commit = self.git.create_commit(None, author, author, f"{subject}\n\nmore", tree, parents)
        self.reset(str(commit))
        return str(commit)
