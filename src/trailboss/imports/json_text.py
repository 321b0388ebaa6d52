"""JSON as programs print it: one document, or several one after the other as Salt does."""

import json
from typing import Any

from trailboss.imports.found import Found, Text, refused


def read_json(text: Text, allowed: str) -> list[Any] | Found:
    """Return the documents of a text, or what is wrong with it; `allowed`: what the text should have been."""
    documents: list[Any] = []
    content = text.content.removeprefix("\ufeff")
    at = _next(content, 0)
    try:
        while at < len(content):
            document, end = json.JSONDecoder().raw_decode(content, at)
            documents.append(document)
            at = _next(content, end)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        # json's own message would do, were it not to tell of "Expecting value" for a text that is no JSON at all.
        return refused(text.name, f"not valid JSON: {getattr(error, 'msg', error)}", line=line, allowed=allowed)
    if not documents:
        return refused(text.name, "is empty", allowed=allowed)
    return documents


def looks_like_json(text: Text) -> bool:
    """Tell whether a text begins as a JSON object or list does; an INI inventory begins with [ and a name."""
    content = text.content.removeprefix("\ufeff").lstrip()
    return content.startswith("{") or (content.startswith("[") and content[1:].lstrip()[:1] in ("{", "[", '"', "]"))


def _next(content: str, at: int) -> int:
    while at < len(content) and content[at].isspace():
        at += 1
    return at
