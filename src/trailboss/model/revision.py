from trailboss.model.base import Frozen


class Repository(Frozen):
    """A Git repository that Trailboss follows. Credentials are named by path on the worker, never by value.

    `url`: a local path, ssh://, scp-like or https:// remote. `path`: the folder that holds one folder per cluster, or
    in which wksctl's clusters lie.
    `accepted_from`, `accepted_rewrite`: an operator accepted that the branch went from the one commit to the other,
    although the other does not follow the one. Both, because the same commit may be right to go to only once.
    """

    name: str
    url: str
    branch: str = "main"
    path: str = "clusters"
    interval_seconds: float = 30.0
    ssh_key_file: str | None = None
    known_hosts_file: str | None = None
    https_credentials_file: str | None = None
    accepted_from: str | None = None
    accepted_rewrite: str | None = None


class Revision(Frozen):
    """One commit, as far as one cluster is concerned: a reference, never the manifests themselves.

    `path`: the cluster's folder in the repository, such as "clusters/demo". `digest`: the Git tree id of that folder,
    with those of what its addons take from addons/ where they do; two revisions with the same digest ask for the same
    thing. `committed_at`: seconds since the epoch.
    `found_as`: the name of one of wksctl's clusters, which may lie in any folder, the root ("") too; `digest` is one of
    its own files then. "": the cluster is called as its folder.
    """

    repository: Repository
    commit: str
    path: str
    digest: str
    author: str = ""
    subject: str = ""
    committed_at: int = 0
    found_as: str = ""

    @property
    def short(self) -> str:
        return self.commit[:12]


class CommitInfo(Frozen):
    """Who made a commit, its first line, and when (seconds since the epoch)."""

    author: str = ""
    subject: str = ""
    committed_at: int = 0


class Fetched(Frozen):
    """What the remote's branch pointed to. `head` "": there is no such commit, and `problem` says why."""

    head: str = ""
    problem: str = ""


class RejectedRevision(Frozen):
    """A commit that was not taken for a cluster, and why (`reasons`, one line each).

    No reasons: what was rejected before is out of the repository again, and the last good revision is what Git says.
    """

    revision: Revision
    reasons: tuple[str, ...]
