"""The documents of one file: which describe the cluster, and what stands for each; the others stay to the letter."""

from collections.abc import Mapping
from dataclasses import dataclass

from trailboss.manifests.converting.document import Pair, put_comments
from trailboss.manifests.converting.render import Drawn, render
from trailboss.manifests.group import Group
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.chunks import Chunk, lines_of, split_documents
from trailboss.model.errors import BadInput


@dataclass(frozen=True)
class DocumentOfFile:
    """One document of a file. `pairs` empty: it stays as it is; `describes`: it has to do with the cluster."""

    chunk: Chunk
    pairs: tuple[Pair, ...]
    describes: bool

    @property
    def text(self) -> str:
        return "---\n".join(render(drawn) for _, drawn in self.pairs) if self.pairs else self.chunk.text


def documents_by_file(
    files: Mapping[str, str], group: Group, drawn: Mapping[int, Drawn]
) -> dict[str, tuple[DocumentOfFile, ...]]:
    """Return the documents of each file that holds objects of the group.

    `drawn`: what stands for each object of wksctl's, by the object's identity.
    """
    holding = sorted({item.place.file for item in group.objects})
    return {file: _documents(file, files[file], group, drawn) for file in holding}


def _documents(file: str, text: str, group: Group, drawn: Mapping[int, Drawn]) -> tuple[DocumentOfFile, ...]:
    lines = lines_of(text.removeprefix("\ufeff"))
    starts = [chunk.first_line for chunk in split_documents(text)]
    found = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        here = [item for item in group.objects if item.place.file == file and start < item.place.line(item.root) <= end]
        chunk = Chunk("".join(lines[start:end]), start)
        pairs = tuple((item, drawn.get(id(item)) or Drawn(item.value)) for item in here)
        if any(id(item) in drawn for item in here):
            _refuse_others(here)
            put_comments(chunk, pairs)
            found.append(DocumentOfFile(chunk, pairs, describes=True))
        else:
            found.append(DocumentOfFile(chunk, (), bool(here)))
    return tuple(found)


def _refuse_others(here: list[KubeObject]) -> None:
    """Refuse a List with others' objects in it: they would be lost."""
    place = here[0].place
    roots = {item.root for item in here}
    others = [at for at in place.lines if len(at) == 2 and at[0] == "items" and at not in roots and () not in roots]  # noqa: PLR2004 - an item of a List
    if others or any(item.place is not place for item in here):
        message = "one document with objects of a cluster and others; give them documents of their own"
        raise BadInput((place.problem(others[0] if others else (), message, allowed="--- between them"),))


def texts_of(text: str, documents: tuple[DocumentOfFile, ...]) -> tuple[str, str]:
    """Return what of a file describes the cluster, and what does not. What comes before all documents goes first."""
    begins = min((document.chunk.first_line for document in documents), default=0)
    head = "".join(lines_of(text.removeprefix("\ufeff"))[:begins])
    described = [document.text for document in documents if document.describes]
    return _joined([head, *described]), _joined([each.text for each in documents if not each.describes])


def _joined(documents: list[str]) -> str:
    result = ""
    for document in documents:
        if document and result.strip() and not document.startswith("---"):
            result = f"{result.rstrip()}\n---\n"
        result += document
    return result
