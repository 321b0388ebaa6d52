"""A folder of somebody's own clone, as an earlier revision has it."""

from pathlib import Path

import pygit2
import pytest

from trailboss.git import files_before
from trailboss.model.errors import BadInput


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    repository = pygit2.init_repository(str(tmp_path), initial_head="main")
    file = tmp_path / "clusters" / "demo" / "a.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("first")
    (tmp_path / "clusters" / "demo" / "gone.yml").write_text("to be removed")
    (tmp_path / "clusters" / "demo" / "notes.txt").write_text("no manifest")
    repository.index.add_all()
    author = pygit2.Signature("Ada", "ada@example.org", 1_700_000_000, 0)
    repository.create_commit("refs/heads/main", author, author, "one", repository.index.write_tree(), [])
    file.write_text("second, not committed")
    (tmp_path / "clusters" / "demo" / "gone.yml").unlink()
    return tmp_path


def test_files_are_those_of_the_revision_by_their_path_in_the_folder(clone: Path) -> None:
    commit, files = files_before(clone / "clusters", "main")
    assert files == {"demo/a.yaml": "first", "demo/gone.yml": "to be removed"}
    assert files_before(clone / "clusters", commit[:8]) == (commit, files)
    assert files_before(clone / "clusters" / "demo", "HEAD")[1] == {"a.yaml": "first", "gone.yml": "to be removed"}
    assert sorted(files_before(clone, "HEAD")[1]) == ["clusters/demo/a.yaml", "clusters/demo/gone.yml"]


def test_a_folder_that_the_revision_does_not_have_has_no_files(clone: Path) -> None:
    (clone / "clusters" / "new").mkdir()
    assert files_before(clone / "clusters" / "new", "main")[1] == {}


@pytest.mark.parametrize("revision", ["no-such", "deadbeef", "", "main:clusters"])
def test_a_revision_that_is_none_is_bad_input(clone: Path, revision: str) -> None:
    with pytest.raises(BadInput, match="no such revision"):
        files_before(clone, revision)


def test_a_folder_in_no_clone_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no clone"):
        files_before(tmp_path, "main")
