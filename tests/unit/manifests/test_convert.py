"""wksctl's manifests become today's: the same cluster, every comment, once and for all.

converted/NAME/before/ → converted/NAME/after/ shows where comments go; wksctl's own samples are in wksctl/.
"""

import re
from pathlib import Path

import pytest
from tests.unit.manifests import test_wksctl_documentation as samples

from trailboss.manifests import load_tree
from trailboss.manifests.converting import Override, convert
from trailboss.manifests.file_kinds import is_wksctls
from trailboss.model.errors import BadInput

HERE = Path(__file__).parent
AS_WRITTEN = Override()
SAMPLES = {
    **{path.stem: samples.mended(path) for path in samples.CASES},
    **{path.stem: {"cluster.yaml": path.read_text()} for path in (HERE / "accepted").glob("wksctl*.yaml")},
    **{
        path.parent.name: {file.name: file.read_text() for file in path.iterdir()}
        for path in HERE.glob("converted/*/before")
    },
    "everything": samples.EVERYTHING,
}
each_sample = pytest.mark.parametrize("files", SAMPLES.values(), ids=SAMPLES)


def commented(text: str) -> tuple[str, list[str]]:
    """Put a comment above and behind every line that is no part of a block of text, and return those comments."""
    lines, comments, block = [], [], -1
    for number, line in enumerate(text.splitlines()):
        depth = len(line) - len(line.lstrip())
        if block >= 0 and (depth > block or not line.strip()):
            lines.append(line)
            continue
        block = depth if re.search(r"[|>][-+]?\s*(#.*)?$", line) else -1
        lines.append(f"{' ' * depth}# above-{number}.")
        comments.append(f"above-{number}.")
        if line.strip() and "#" not in line:
            comments.append(f"beside-{number}.")
            line = f"{line}  # beside-{number}."  # noqa: PLW2901 - the same line
        lines.append(line)
    return "".join(f"{line}\n" for line in lines), comments


@each_sample
def test_the_cluster_is_the_same(files: dict[str, str]) -> None:
    done = convert(files, AS_WRITTEN)
    before, after = load_tree(files), load_tree(done.files)
    assert after.clusters == before.clusters
    assert not after.errors
    manifests = {file: text for file, text in done.files.items() if file.startswith("clusters/")}
    assert manifests
    assert not is_wksctls(manifests)


@each_sample
def test_twice_changes_nothing_more(files: dict[str, str]) -> None:
    once = convert(files, AS_WRITTEN)
    again = convert(once.files, AS_WRITTEN)
    assert (again.files, again.moved) == (once.files, {})


@each_sample
@pytest.mark.parametrize("file", ["cluster.yaml", "machines.yaml"])
def test_no_comment_is_lost_and_none_is_told_twice(files: dict[str, str], file: str) -> None:
    if file not in files:
        pytest.skip("it has everything in one file")
    text, comments = commented(files[file])
    done = convert({**files, file: text}, AS_WRITTEN)
    assert load_tree(done.files).clusters == load_tree(files).clusters
    written = "\n".join(done.files.values())
    assert [comment for comment in comments if len(re.findall(rf"#.*\b{re.escape(comment)}", written)) != 1] == []


@pytest.mark.parametrize("folder", sorted((HERE / "converted").iterdir()), ids=lambda folder: folder.name)
def test_comments_go_where_their_fields_go(folder: Path) -> None:
    done = convert({file.name: file.read_text() for file in (folder / "before").iterdir()}, AS_WRITTEN)
    assert done.files == {f"clusters/demo/{file.name}": file.read_text() for file in (folder / "after").iterdir()}


def test_manifests_of_today_stay_to_the_letter() -> None:
    text = "# a\n" + (HERE / "accepted/everything.yaml").read_text().replace("spec:\n", "spec:   # odd\n", 1)
    files = {"clusters/demo/all.yaml": text, "clusters/demo/notes.txt": "anything"}
    assert convert(files, AS_WRITTEN).files == files


def test_what_describes_no_cluster_goes_out_of_the_cluster_s_folder() -> None:
    inside = {f"clusters/example/{name}": text for name, text in SAMPLES["firekube"].items()}
    done = convert(inside, AS_WRITTEN)
    assert done.moved["clusters/example/flux.yaml"] == "left-alone/example/flux.yaml"
    assert done.files["left-alone/example/flux.yaml"] == inside["clusters/example/flux.yaml"]
    assert load_tree(done.files).clusters == load_tree(inside).clusters
    assert {file for file in done.files if file.startswith("clusters/")} == {
        "clusters/example/cluster.yaml",
        "clusters/example/machines.yaml",
    }


def test_what_cannot_be_honoured_is_told_and_mended_by_who_says_so() -> None:
    text = (HERE / "accepted/wksctl.yaml").read_text().replace("1.34.4", "1.16.2").replace("containerd", "docker")
    with pytest.raises(BadInput) as told:
        convert({"cluster.yaml": text}, AS_WRITTEN)
    assert {problem.field for problem in told.value.problems} == {"spec.version", "spec.cri.kind"}
    done = convert({"cluster.yaml": text}, Override(kubernetes_version="1.35.1", containerd=True))
    (cluster,) = load_tree(done.files).clusters
    assert {machine.kubernetes_version for machine in cluster.machines} == {"1.35.1"}


def test_a_document_with_others_objects_is_not_torn_apart() -> None:
    text = "apiVersion: v1\nkind: List\nitems:\n"
    for item in [
        *samples.EVERYTHING["cluster.yaml"].split("---\n"),
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n",
    ]:
        first, *rest = item.splitlines()
        text += f"- {first}\n" + "".join(f"  {line}\n" for line in rest)
    with pytest.raises(BadInput, match="one document with objects of a cluster and others"):
        convert({**samples.EVERYTHING, "cluster.yaml": text}, AS_WRITTEN)
