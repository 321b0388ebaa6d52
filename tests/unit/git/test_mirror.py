import os
import subprocess
import sys
import threading
from pathlib import Path

import pygit2
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tests.unit.git.origin import Origin

from trailboss import git
from trailboss.git import folder
from trailboss.git import mirror as mirrors
from trailboss.git.cache import mirror_path, repositories_home
from trailboss.git.lock import locked
from trailboss.model.errors import BadInput, RepositoryUnavailable, RevisionGone


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    origin = Origin(tmp_path / "origin")
    origin.push({"clusters/a/c.yaml": "a: 1", "clusters/b/deep/d.yml": "b: 1", "README.md": "hello"}, "first")
    return origin


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def mirror_of(origin: Origin, cache: Path) -> Path:
    return mirror_path(origin.repository(), cache)


def test_a_fetch_brings_the_head_and_its_clusters(origin: Origin, cache: Path) -> None:
    head = origin.push({"clusters/a/c.yaml": "a: 2"})
    repository = origin.repository()
    assert git.fetch(repository, cache).head == head
    clusters = git.clusters_at(repository, head, cache)
    assert set(clusters) == {"a", "b"}
    assert git.read_files(repository, head, "clusters/b", cache) == {"clusters/b/deep/d.yml": "b: 1"}
    assert git.describe(repository, head, cache).model_dump() == {
        "author": "Ada",
        "subject": "a change",
        "committed_at": 1_700_000_000,
    }


def test_a_fetch_is_a_span(origin: Origin, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(mirrors, "_TRACER", provider.get_tracer("test"))
    git.fetch(origin.repository(), cache)
    [span] = exporter.get_finished_spans()
    assert (span.name, span.attributes) == ("git fetch", {"trailboss.repository": origin.repository().name})


def test_only_the_changed_cluster_gets_another_digest(origin: Origin, cache: Path) -> None:
    repository = origin.repository()
    before = git.clusters_at(repository, git.fetch(repository, cache).head, cache)
    origin.push({"clusters/a/c.yaml": "a: 2"})
    after = git.clusters_at(repository, git.fetch(repository, cache).head, cache)
    assert after["a"] != before["a"]
    assert after["b"] == before["b"]


def test_a_file_url_is_read(origin: Origin, cache: Path) -> None:
    assert git.fetch(origin.repository(url=f"file://{origin.path}"), cache).head


def test_tags_and_other_branches_stay_out(origin: Origin, cache: Path) -> None:
    head = git.fetch(origin.repository(), cache).head
    origin.git.references.create("refs/tags/v1", pygit2.Oid(hex=head))
    origin.git.references.create("refs/heads/other", pygit2.Oid(hex=head))
    origin.push({"clusters/a/c.yaml": "a: 3"})
    git.fetch(origin.repository(), cache)
    opened = pygit2.Repository(str(mirror_of(origin, cache)))
    assert list(opened.references) == ["refs/trailboss/heads/main"]


def test_addons_are_read_whole_and_stand_beside_clusters(origin: Origin, cache: Path) -> None:
    chart = {"addons/c/Chart.yaml": "name: c", "addons/c/charts/d.tgz": b"\xff\x00", "addons/large": b"x" * 9 * 2**20}
    head = origin.push(chart)
    repository = origin.repository()
    git.fetch(repository, cache)
    read = git.read_shared(repository, head, cache)
    assert set(read) == {"addons/c/Chart.yaml", "addons/c/charts/d.tgz"}
    assert read["addons/c/charts/d.tgz"].encode("utf-8", "surrogateescape") == b"\xff\x00"
    assert "addons" not in git.clusters_at(origin.repository(path="."), head, cache)
    before = git.ids_at(repository, head, ("addons/c", "addons/c/Chart.yaml", "addons/no", "addons"), cache)
    assert before.pop("addons/no") == ""
    head = origin.push({"addons/c/charts/d.tgz": b"\xfe"})
    git.fetch(repository, cache)
    after = git.ids_at(repository, head, tuple(before), cache)
    assert [path for path in before if before[path] != after[path]] == ["addons/c", "addons"]


@pytest.mark.parametrize("path", ["clusters", "./clusters/", "/clusters"])
def test_spellings_of_the_path(origin: Origin, cache: Path, path: str) -> None:
    repository = origin.repository(path=path)
    head = git.fetch(repository, cache).head
    assert set(git.clusters_at(repository, head, cache)) == {"a", "b"}


def test_the_root_as_path_holds_clusters_and_leaves_out_hidden_folders(origin: Origin, cache: Path) -> None:
    head = origin.push({".github/x.yaml": "x"})
    repository = origin.repository(path=".")
    git.fetch(repository, cache)
    assert set(git.clusters_at(repository, head, cache)) == {"clusters"}
    assert git.read_files(repository, head, "clusters/a", cache) == {"clusters/a/c.yaml": "a: 1"}


def test_links_and_submodules_are_not_followed(origin: Origin, cache: Path) -> None:
    head = origin.push({"clusters/a/link.yaml": "/etc/passwd"})
    tree = origin.git[head].peel(pygit2.Tree)
    index = pygit2.Index()
    index.read_tree(tree)
    entry = index["clusters/a/link.yaml"]
    index.add(pygit2.IndexEntry(entry.path, entry.id, pygit2.enums.FileMode.LINK))
    index.add(pygit2.IndexEntry("clusters/sub", pygit2.Oid(hex=head), pygit2.enums.FileMode.COMMIT))
    author = pygit2.Signature("Ada", "ada@example.org")
    linked = origin.git.create_commit(
        origin.ref, author, author, "link", index.write_tree(origin.git), [pygit2.Oid(hex=head)]
    )
    git.fetch(origin.repository(), cache)
    assert set(git.clusters_at(origin.repository(), str(linked), cache)) == {"a", "b"}
    assert set(git.read_files(origin.repository(), str(linked), "clusters/a", cache)) == {"clusters/a/c.yaml"}


def test_files_that_cannot_be_text_are_told_all_at_once(origin: Origin, cache: Path) -> None:
    files = {"clusters/a/latin.yaml": b"a: \xe9", "clusters/a/big.yaml": "x" * 1024 * 1025}
    head = origin.push(files)
    git.fetch(origin.repository(), cache)
    with pytest.raises(BadInput) as caught:
        git.read_files(origin.repository(), head, "clusters/a", cache)
    assert [problem.file for problem in caught.value.problems] == ["clusters/a/big.yaml", "clusters/a/latin.yaml"]


def test_an_empty_repository_has_no_head(tmp_path: Path, cache: Path) -> None:
    fetched = git.fetch(Origin(tmp_path / "empty").repository(), cache)
    assert fetched.head == ""
    assert "is empty" in fetched.problem


def test_a_deleted_branch_is_told_with_those_there_are(origin: Origin, cache: Path) -> None:
    head = git.fetch(origin.repository(), cache).head
    origin.git.references.create("refs/heads/develop", pygit2.Oid(hex=head))
    origin.delete_branch()
    fetched = git.fetch(origin.repository(), cache)
    assert fetched.head == ""
    assert "no branch main" in fetched.problem
    assert "develop" in fetched.problem
    assert git.clusters_at(origin.repository(), head, cache), "the last good commit stays readable"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/nowhere/at/all", "no such folder"),
        ("https://127.0.0.1:1/x", "Connection refused"),
        ("git://example.org/x", "a repository is"),
        ("http://example.org/x", "a repository is"),
    ],
)
def test_a_remote_that_cannot_be_read(cache: Path, tmp_path: Path, url: str, words: str) -> None:
    repository = Origin(tmp_path / "unused").repository(url=url)
    with pytest.raises(RepositoryUnavailable, match=words):
        git.fetch(repository, cache)
    with pytest.raises(RepositoryUnavailable, match=words):
        git.probe(repository)


def test_a_folder_that_is_no_repository(cache: Path, tmp_path: Path, origin: Origin) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(RepositoryUnavailable, match="plain"):
        git.fetch(origin.repository(url=str(tmp_path / "plain")), cache)


def test_a_probe_keeps_nothing(origin: Origin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRAILBOSS_HOME", str(tmp_path / "home"))
    assert git.probe(origin.repository()).head
    assert repositories_home() == tmp_path / "home" / "repositories"
    assert not (tmp_path / "home").exists()


def test_ancestors(origin: Origin, cache: Path) -> None:
    repository = origin.repository()
    first = git.fetch(repository, cache).head
    second = origin.push({"clusters/a/c.yaml": "a: 2"})
    git.fetch(repository, cache)
    rewritten = origin.force_push(None)
    git.fetch(repository, cache)
    assert git.is_ancestor(repository, first, second, cache)
    assert git.is_ancestor(repository, second, second, cache)
    assert not git.is_ancestor(repository, second, first, cache)
    assert not git.is_ancestor(repository, second, rewritten, cache)
    assert not git.is_ancestor(repository, "0" * 40, rewritten, cache), "one that is not here is no ancestor"


def test_a_commit_that_is_not_here_is_fetched_when_it_is_asked_for(origin: Origin, cache: Path) -> None:
    repository = origin.repository()
    git.fetch(repository, cache)
    newer = origin.push({"clusters/a/c.yaml": "a: 2"})
    with pytest.raises(RevisionGone):
        git.clusters_at(repository, newer, cache)
    git.fetch_commit(repository, newer, cache)
    assert git.clusters_at(repository, newer, cache)


def test_a_commit_that_nobody_has_is_gone(origin: Origin, cache: Path) -> None:
    with pytest.raises(RevisionGone):
        git.fetch_commit(origin.repository(), "1" * 40, cache)


def damage_head(path: Path) -> None:
    (path / "HEAD").write_text("")


def damage_ref(path: Path) -> None:
    (path / "refs" / "trailboss" / "heads" / "main").write_bytes(b"")


def damage_packs(path: Path) -> None:
    for pack in (path / "objects" / "pack").glob("*.pack"):
        pack.chmod(0o600)
        data = bytearray(pack.read_bytes())
        data[len(data) // 3 : len(data) // 2] = os.urandom(len(data) // 2 - len(data) // 3)
        pack.write_bytes(data)


def truncate_packs(path: Path) -> None:
    for pack in (path / "objects" / "pack").glob("*.*"):
        pack.chmod(0o600)
        pack.write_bytes(b"")


def remove_packs(path: Path) -> None:
    for pack in (path / "objects" / "pack").glob("*"):
        pack.unlink()


def replace_by_file(path: Path) -> None:
    path.rename(path.with_suffix(".away"))
    path.write_text("not a folder")


def make_shallow(path: Path) -> None:
    (path / "shallow").write_text("0" * 40 + "\n")


DAMAGES = [damage_head, damage_ref, damage_packs, truncate_packs, remove_packs, replace_by_file, make_shallow]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_mirror_is_made_anew_by_a_fetch(origin: Origin, cache: Path, damage) -> None:  # noqa: ANN001 - one of DAMAGES
    repository = origin.repository()
    head = git.fetch(repository, cache).head
    damage(mirror_of(origin, cache))
    assert git.fetch(repository, cache).head == head
    assert git.read_files(repository, head, "clusters/a", cache) == {"clusters/a/c.yaml": "a: 1"}


@pytest.mark.parametrize("damage", [damage_head, damage_packs])
def test_a_damaged_mirror_is_made_anew_by_a_read(origin: Origin, cache: Path, damage) -> None:  # noqa: ANN001 - as above
    repository = origin.repository()
    head = git.fetch(repository, cache).head
    damage(mirror_of(origin, cache))
    assert git.is_ancestor(repository, head, head, cache)
    assert git.read_files(repository, head, "clusters/a", cache) == {"clusters/a/c.yaml": "a: 1"}


def test_damage_and_no_remote_is_temporary(origin: Origin, cache: Path) -> None:
    repository = origin.repository()
    head = git.fetch(repository, cache).head
    truncate_packs(mirror_of(origin, cache))
    origin.path.rename(origin.path.with_name("away"))
    with pytest.raises((RepositoryUnavailable, RevisionGone)):
        git.read_files(repository, head, "clusters/a", cache)
    origin.path.with_name("away").rename(origin.path)
    git.fetch_commit(repository, head, cache)
    assert git.read_files(repository, head, "clusters/a", cache)


def test_what_a_killed_fetch_left_is_removed(origin: Origin, cache: Path) -> None:
    repository = origin.repository()
    git.fetch(repository, cache)
    path = mirror_of(origin, cache)
    (path / "refs" / "trailboss" / "heads" / "main.lock").write_text("")
    (path / "objects" / "pack" / "pack_git2_abc").write_text("half a pack")
    path.with_suffix(".new").mkdir()
    head = origin.push({"clusters/a/c.yaml": "a: 2"})
    assert git.fetch(repository, cache).head == head
    assert not list(path.rglob("*.lock"))
    assert not list(path.rglob("pack_git2_*"))


def test_an_ancestor_lost_by_this_machine_is_no_rewritten_history(origin: Origin, cache: Path) -> None:
    repository = origin.repository()
    first = git.fetch(repository, cache).head
    old_packs = list((mirror_of(origin, cache) / "objects" / "pack").glob("*"))
    second = origin.push({"clusters/a/c.yaml": "a: 2", "clusters/b/deep/d.yml": "b: 2"})
    git.fetch(repository, cache)
    for pack in old_packs:
        pack.unlink()
    assert git.is_ancestor(repository, first, second, cache)


FETCH = """
import sys, time
from pathlib import Path
from trailboss import git
from trailboss.git.credentials import Callbacks
from trailboss.model.revision import Repository

def stop(self, stats):
    print("half-way", flush=True)
    time.sleep(60)

Callbacks.transfer_progress = stop
git.fetch(Repository(name="fleet", url=sys.argv[1]), Path(sys.argv[2]))
"""


def kill_half_way(origin: Origin, cache: Path) -> None:
    command = [sys.executable, "-c", FETCH, str(origin.path), str(cache)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"half-way\n"
        process.kill()


def test_kill_9_in_the_middle_of_the_first_and_of_a_later_fetch(origin: Origin, cache: Path) -> None:
    kill_half_way(origin, cache)
    assert not mirror_of(origin, cache).exists(), "half a mirror never takes the place of a whole one"
    assert git.fetch(origin.repository(), cache).head
    head = origin.push({"clusters/a/c.yaml": "a: 2"})
    kill_half_way(origin, cache)
    assert git.fetch(origin.repository(), cache).head == head
    assert git.read_files(origin.repository(), head, "clusters/a", cache) == {"clusters/a/c.yaml": "a: 2"}
    assert not list(mirror_of(origin, cache).rglob("pack_git2_*")), "nothing of the killed fetch is left"


def test_many_at_once_do_not_disturb_each_other(origin: Origin, cache: Path) -> None:
    repository = origin.repository()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(5):
                head = git.fetch(repository, cache).head
                assert set(git.clusters_at(repository, head, cache)) == {"a", "b"}
        except BaseException as error:  # noqa: BLE001 - carried to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for number in range(10):
        origin.push({"clusters/a/c.yaml": f"a: {number}"})
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_mirror_in_use_for_too_long_is_told(origin: Origin, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trailboss.git.lock._PATIENCE_SECONDS", 0.05)
    with locked(mirror_of(origin, cache), exclusive=True), pytest.raises(RepositoryUnavailable, match="in use"):
        git.fetch(origin.repository(), cache)


def test_many_packs_become_one(origin: Origin, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_MOST_PACKS", 3)
    repository = origin.repository()
    heads = []
    for number in range(6):
        heads.append(origin.push({"clusters/a/c.yaml": f"a: {number}"}))
        git.fetch(repository, cache)
    packs = list((mirror_of(origin, cache) / "objects" / "pack").glob("*.pack"))
    assert 1 <= len(packs) <= 4
    for number, head in enumerate(heads):
        assert git.read_files(repository, head, "clusters/a", cache) == {"clusters/a/c.yaml": f"a: {number}"}


def test_another_url_is_another_mirror(origin: Origin, cache: Path, tmp_path: Path) -> None:
    other = Origin(tmp_path / "other")
    head = other.push({"clusters/z/c.yaml": "z: 1"})
    git.fetch(origin.repository(), cache)
    assert git.fetch(other.repository(), cache).head == head
    assert set(git.clusters_at(other.repository(), head, cache)) == {"z"}


def test_small_texts_beside_the_manifests_are_read_and_nothing_else_is(origin: Origin, cache: Path) -> None:
    beside: dict[str, str | bytes] = {"hook.txt": "a", "big.txt": "x" * (64 * 1024 + 1), "picture.png": b"\x89PNG\xff"}
    head = origin.push({f"clusters/a/files/{name}": content for name, content in beside.items()})
    git.fetch(origin.repository(), cache)
    read = git.read_files(origin.repository(), head, "clusters/a", cache)
    assert read == {"clusters/a/c.yaml": "a: 1", "clusters/a/files/hook.txt": "a"}
