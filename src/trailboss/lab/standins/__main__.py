"""`python -m trailboss.lab.standins COMPOSE-FILE DOCKERFILE`: brings every image of both into the engine.

Exit status 0 also where an image has no stand-in: it is named, and belongs to a profile of its own.
"""

import sys
from pathlib import Path

from rich.console import Console

from trailboss.lab.engine import ensure_engine
from trailboss.lab.standins.ensure import ensure_images, wanted
from trailboss.model.errors import TrailbossError

_WORDS = {
    "there": "is there",
    "pulled": "pulled",
    "stand-in": "a stand-in, made here",
    "missing": "cannot be pulled, and has no stand-in: its compose profile stays off",
}


def main(compose: str, dockerfile: str) -> int:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        ensure_engine(console)
        for image in ensure_images(wanted(Path(compose), Path(dockerfile)), console):
            console.print(f"  {image.reference:<52} {_WORDS[image.state]}", markup=False)
    except TrailbossError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
