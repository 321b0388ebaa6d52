"""The documentation's page of all kinds and fields, written from the shapes."""

import json
from collections.abc import Iterator

from trailboss.manifests.published.explain import Explanation, explain_all
from trailboss.manifests.published.tree import every_kind
from trailboss.manifests.schema.kinds import Kind
from trailboss.manifests.schema.meaning import WHEN

_HEAD = """# Kinds and fields

Written from the models by `python -m trailboss.cli.published`; a test holds the two together. `trailboss explain
KIND.FIELD` says the same, `trailboss schemas write` writes JSON Schemas of it for editors. How manifests hang together
stands in [Manifests](../manifests.md).

"When" a change of a field takes effect:
"""


def page() -> str:
    """Return the page as Markdown."""
    when = (f"- **{word}**: {words}." for word, words in WHEN.items())
    sections = (line for kind in every_kind() for line in _section(kind))
    return "\n".join((_HEAD, *when, "", *sections)).rstrip() + "\n"


def _section(kind: Kind) -> Iterator[str]:
    fields = [each for each in explain_all(kind) if each.field.startswith(("spec.", "metadata.")) or each.instead]
    yield f"## {kind.name}, {kind.group}\n"
    yield f"`apiVersion`: {', '.join(f'`{kind.group}/{version}`' for version in kind.versions)}\n"
    yield from ("| field | type | default | meaning; allowed | when |", "|---|---|---|---|---|")
    yield from (_row(each) for each in fields if not each.instead)
    yield ""
    refused = [each for each in fields if each.instead]
    if refused:
        yield from ("Known, and not to be used unless empty:\n", "| field | instead |", "|---|---|")
        yield from (f"| `{each.field}` | {_cell(each.instead)} |" for each in refused)
        yield ""


def _row(field: Explanation) -> str:
    told = " ".join(part for part in (field.means, f"Allowed: {field.allowed}." if field.allowed else "") if part)
    return f"| `{field.field}` | {_cell(field.type)} | {_default(field)} | {_cell(told)} | {_cell(field.when)} |"


def _default(field: Explanation) -> str:
    if field.needed:
        return "needed"
    return "" if field.default is None else f"`{_cell(json.dumps(field.default, ensure_ascii=False))}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
