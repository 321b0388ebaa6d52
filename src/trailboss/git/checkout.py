"""A folder in somebody's own clone, as an earlier revision has it."""

from pathlib import Path

import pygit2

from trailboss.git import tree
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem


def files_before(folder: Path, revision: str) -> tuple[str, dict[str, str]]:
    """Return the commit that `revision` is in the clone, and the manifests of `folder` there: path in it → text.

    Raises:
        BadInput: the folder is in no clone, there is no such revision, or its files cannot be read.
    """
    clone = _clone(folder)
    try:
        commit = str(clone.revparse_single(revision).peel(pygit2.Commit).id)
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise _bad(revision, "this clone has no such revision") from error
    inside = folder.resolve().relative_to(Path(clone.workdir).resolve()).as_posix()
    prefix = "" if inside == "." else f"{inside}/"
    files = tree.decoded(tree.texts(clone, commit, inside))
    return commit, {name.removeprefix(prefix): text for name, text in files.items()}


def shared_before(folder: Path, commit: str) -> dict[str, str]:
    """Return the files of addons/ at the root of the clone that `folder` lies in, by name from the root.

    Raises:
        BadInput: the folder is in no clone.
    """
    return dict(tree.shared(_clone(folder), commit))


def _clone(folder: Path) -> pygit2.Repository:
    found = pygit2.discover_repository(str(folder))
    clone = pygit2.Repository(found) if found else None
    if clone is None or clone.workdir is None:
        raise _bad(str(folder), "the folder is in no clone of a Git repository, so there is nothing to compare with")
    return clone


def _bad(found: str, message: str) -> BadInput:
    return BadInput((Problem(file="--against", document=0, found=found, message=message),))
