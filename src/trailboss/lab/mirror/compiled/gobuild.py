"""Builds Go programs, one throw-away module directory at a time; Go's own caches keep what is dear."""

import shutil
from collections.abc import Callable
from pathlib import Path

from trailboss.lab.mirror.commands import run
from trailboss.lab.mirror.compiled.gomod import GoModule
from trailboss.lab.mirror.compiled.toolchain import environment


def build(go: Path, module: GoModule, work: Path, meanwhile: Callable[[], None] | None = None) -> Path:
    """Builds every program of `module` in the new directory `work`; returns the directory they appear in.

    A program appears there as soon as it is linked. Raises MirrorFailed with the compiler's words.
    """
    _lay_out(module, work)
    return _build(go, module, work, meanwhile)


def build_own(
    go: Path, module: GoModule, source: Path, work: Path, meanwhile: Callable[[], None] | None = None
) -> Path:
    """Builds our own program from its directory `source`; returns the program."""
    _lay_out(module, work)
    (work / "tools.go").unlink()
    for file in source.glob("*.go"):
        shutil.copy(file, work)
    return _build(go, module, work, meanwhile) / "build"


def programs_in(work: Path) -> Path:
    """Where the programs of a module directory are put."""
    return work / "bin"


def _lay_out(module: GoModule, work: Path) -> None:
    shutil.rmtree(work, ignore_errors=True)
    programs_in(work).mkdir(parents=True)
    (work / "go.mod").write_text(module.go_mod)
    (work / "tools.go").write_text(module.tools_go)


def _build(go: Path, module: GoModule, work: Path, meanwhile: Callable[[], None] | None) -> Path:
    if "\nrequire " in module.go_mod:
        # -e: test-only dependencies of dependencies may be missing from a module proxy; what we build is not, or the
        # build itself says so.
        run([go, "mod", "tidy", "-e"], cwd=work, env=environment(), meanwhile=meanwhile)
    options: list[str | Path] = ["-trimpath", "-ldflags", module.ldflags, "-o", f"{programs_in(work)}/"]
    run([go, "build", *options, *module.packages], cwd=work, env=environment(), meanwhile=meanwhile)
    return programs_in(work)
