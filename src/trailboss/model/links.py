"""Paths of pages of Temporal's web UI, from its own address on."""

from typing import Final
from urllib.parse import quote

HERE: Final = "{namespace}"
"""Stands for the namespace that the reader looks at: the web UI puts its name in."""


def page(workflow_id: str, namespace: str = HERE) -> str:
    """Return the path of a workflow's page: of its newest run, whichever that is by then."""
    return f"namespaces/{namespace}/workflows/{quote(workflow_id, safe='')}"


def found(query: str, namespace: str = HERE) -> str:
    """Return the path of the list of what a query finds."""
    return f"namespaces/{namespace}/workflows?query={quote(query, safe='')}"


def schedule(schedule_id: str, namespace: str = HERE) -> str:
    return f"namespaces/{namespace}/schedules/{quote(schedule_id, safe='')}"


def link(workflow_id: str, words: str = "") -> str:
    """Return a link in Markdown, for a page of the web UI itself; it shows the id where no words are given."""
    return f"[{words or workflow_id}]({page(workflow_id)})"
