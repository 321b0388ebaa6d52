"""Comments of wksctl's documents → the fields of today's form that carry on what they stand at."""

from collections.abc import Iterator, Sequence

from trailboss.manifests.converting.comments import Comment, comments_of
from trailboss.manifests.converting.fields import targets
from trailboss.manifests.converting.render import Drawn
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.chunks import Chunk
from trailboss.manifests.reading.place import Location, field_text

_VALUE: Location = ("spec", "providerSpec", "value")
Pair = tuple[KubeObject, Drawn]


def put_comments(chunk: Chunk, pairs: Sequence[Pair]) -> None:
    """Put all comments of a document; `pairs`: its objects as written, and what stands for them."""
    for comment in comments_of(chunk.text, chunk.first_line, pairs[0][0].place):
        _put(comment, pairs)


def _put(comment: Comment, pairs: Sequence[Pair]) -> None:
    if comment.field is None:
        pairs[-1][1].below.append(comment.text)
        return
    owners = [pair for pair in pairs if comment.field[: len(pair[0].root)] == pair[0].root]
    if not owners:
        pairs[0][1].above.append(comment.text)  # at the List itself
        return
    inside = comment.field[len(owners[0][0].root) :]
    item, drawn, location = _owner(owners, inside)
    if not location:
        drawn.above.append(comment.text)
    elif place := next(_places(item, drawn, location), None):
        (place[0].beside if comment.on_line else place[0].before).append((place[1], comment.text))
    else:
        name = field_text(inside[1:] if inside[:1] == ("spec",) else inside)
        drawn.above.append(f"# {name}: {comment.text.lstrip('# ')}" if comment.on_line else comment.text)


def _owner(owners: Sequence[Pair], inside: Location) -> tuple[KubeObject, Drawn, Location]:
    """Return the object that a field belongs to, and the field as the later form has it."""
    half = next((pair for pair in owners if pair[0].is_half), None)
    if half and inside[: len(_VALUE)] == _VALUE:
        return *half, ("spec", *inside[len(_VALUE) :])
    return *owners[0], inside


def _places(item: KubeObject, drawn: Drawn, location: Location) -> Iterator[tuple[Drawn, Location]]:
    """Yield the fields that carry on what stood at `location`."""
    for target in targets(item, location):
        for each in (drawn, drawn.partner):
            if each and (each.value["kind"] in ("Cluster", "Machine")) == (target.half == "top"):
                found = each.find(target.location)
                if found:
                    yield each, found
