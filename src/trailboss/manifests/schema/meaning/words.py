"""How it is told what a field means and when a change of it takes effect."""

from typing import NamedTuple


class Meaning(NamedTuple):
    """`when`: keys of WHEN, with commas between; "" for what the field around it says."""

    when: str
    means: str


WHEN = {
    "init": "when the cluster is made: a plan refuses to change it later",
    "join": "when a machine joins",
    "set": "in a running cluster too, one control plane or one batch of nodes after the other",
    "always": "on machines that are members, too",
    "change": "each time that a change is planned",
}


def below(path: str, entries: dict[str, Meaning]) -> dict[str, Meaning]:
    return {f"{path}.{name}" if name else path: meaning for name, meaning in entries.items()}


def when_words(when: str) -> str:
    """Return when a change takes effect, in whole words: of "set; `cgroupDriver`: init", two halves."""
    return "; ".join(_when_words(part) for part in when.split("; ") if part)


def _when_words(part: str) -> str:
    about, colon, words = part.rpartition(": ")
    told = ", and ".join(WHEN.get(word, word) for word in words.split(", "))
    return f"{about}{colon}{told}"
