"""The command helm, compiled from its Go module once and kept in the lab's cache. Run as a script, it builds it.

PYTHONPATH=src:. python -m tests.e2e.helm
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from trailboss.lab.mirror.compiled import gobuild
from trailboss.lab.mirror.compiled.gomod import GoModule, go_line
from trailboss.lab.mirror.compiled.toolchain import go_for_module, module_go_mod
from trailboss.lab.paths import cache_root

MODULE, VERSION = "helm.sh/helm/v3", "v3.18.6"


def folder() -> Path:
    return cache_root() / "helm" / VERSION


def is_there() -> bool:
    return bool(shutil.which("helm")) or (folder() / "helm").is_file()


def build() -> Path:
    """Return the program; the first time takes some minutes, most of it client libraries of Kubernetes."""
    target = folder() / "helm"
    if not target.is_file():
        upstream = module_go_mod(MODULE, VERSION)
        go_mod = f"module build\n\ngo {go_line(upstream)}\n\nrequire {MODULE} {VERSION}\n"
        module = GoModule(go_mod, (f"{MODULE}/cmd/helm",))
        with TemporaryDirectory(prefix="trailboss-helm-") as work:
            built = gobuild.build(go_for_module(upstream), module, Path(work) / "build") / "helm"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(built, target)
    return target


if __name__ == "__main__":
    sys.stdout.write(f"{build()}\n")
