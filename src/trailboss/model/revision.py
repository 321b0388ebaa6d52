from trailboss.model.base import Frozen


class Repository(Frozen):
    """A Git repository that Trailboss follows. Credentials are named by path on the worker, never by value.

    `url`: a local path, ssh://, scp-like or https:// remote. `path`: the folder that holds one folder per cluster.
    `accepted_rewrite`: the commit up to which an operator accepted a rewritten history.
    """

    name: str
    url: str
    branch: str = "main"
    path: str = "clusters"
    interval_seconds: float = 30.0
    ssh_key_file: str | None = None
    known_hosts_file: str | None = None
    https_credentials_file: str | None = None
    accepted_rewrite: str | None = None


class Revision(Frozen):
    """One commit, as far as one cluster is concerned: a reference, never the manifests themselves.

    `path`: the cluster's folder in the repository, such as "clusters/demo". `digest`: the Git tree id of that folder;
    two revisions with the same digest ask for the same thing. `committed_at`: seconds since the epoch.
    """

    repository: Repository
    commit: str
    path: str
    digest: str
    author: str = ""
    subject: str = ""
    committed_at: int = 0

    @property
    def short(self) -> str:
        return self.commit[:12]


class RejectedRevision(Frozen):
    """A commit that was not taken for a cluster, and why (`reasons`, one line each)."""

    revision: Revision
    reasons: tuple[str, ...]
