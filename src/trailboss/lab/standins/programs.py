"""Go programs of the stand-ins: compiled from published modules, kept in the cache with their digests."""

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from trailboss.lab.mirror.compiled.gobuild import build, build_own
from trailboss.lab.mirror.compiled.gomod import GoModule, go_line
from trailboss.lab.mirror.compiled.toolchain import go_for_module, module_go_mod
from trailboss.lab.mirror.digests import artifact, is_good
from trailboss.lab.mirror.progress import Report

_FLAGS = "-s -w"
_COLLECTOR = "go.opentelemetry.io/collector"
_CONTRIB = "github.com/open-telemetry/opentelemetry-collector-contrib"


@dataclass(frozen=True)
class GoPrograms:
    """Programs of one module at the version of the image's tag (`1.31.2` → `v1.31.2`).

    `programs`: name in the image → package below the module. `beside`: modules at the same version, `stable`: at that
    of the collector's stable modules. `own`: the folder below `files` whose Go files are the one program.
    """

    module: str
    programs: Mapping[str, str] = field(hash=False)
    beside: tuple[str, ...] = ()
    stable: tuple[str, ...] = ()
    own: str = ""

    def key(self, tag: str) -> str:
        """Twelve hexadecimal digits of all that the programs are made of."""
        words = (self.module, tag, *self.programs.items(), *self.beside, *self.stable, _own_source(self.own))
        return hashlib.sha256(repr(words).encode()).hexdigest()[:12]

    def go_module(self, tag: str, upstream: str) -> GoModule:
        """`upstream`: the module's own go.mod, which says how new Go must be."""
        required = [f"{module} v{tag}" for module in (self.module, *self.beside)]
        required += [f"{module} {_stable(tag)}" for module in self.stable]
        text = f"module build\n\ngo {go_line(upstream)}\n" + "".join(f"\nrequire {line}\n" for line in required)
        packages = (".",) if self.own else tuple(f"{self.module}/{package}" for package in self.programs.values())
        return GoModule(text, packages, _FLAGS)


TEMPORAL = GoPrograms("go.temporal.io/server", {"temporal-server": "cmd/server"})
TEMPORAL_TOOLS = GoPrograms("go.temporal.io/server", {"temporal-sql-tool": "cmd/tools/sql", "tdbg": "cmd/tools/tdbg"})
TEMPORAL_UI = GoPrograms("github.com/temporalio/ui-server/v2", {"ui-server": "cmd/server"})
COLLECTOR = GoPrograms(
    f"{_COLLECTOR}/otelcol",
    {"otelcol-contrib": "."},
    beside=(
        f"{_COLLECTOR}/receiver/otlpreceiver",
        f"{_COLLECTOR}/processor/batchprocessor",
        f"{_COLLECTOR}/processor/memorylimiterprocessor",
        f"{_CONTRIB}/exporter/fileexporter",
        f"{_CONTRIB}/extension/healthcheckextension",
    ),
    stable=(f"{_COLLECTOR}/confmap/provider/envprovider", f"{_COLLECTOR}/confmap/provider/fileprovider"),
    own="otel-collector",
)


def made(programs: GoPrograms, tag: str, cache: Path, report: Report) -> dict[str, Path]:
    """Return the programs by name, compiled if the cache lacks them. Minutes for the larger ones."""
    place = cache / "programs" / programs.key(tag)
    found = {name: place / name for name in programs.programs}
    if not all(is_good(path) for path in found.values()):
        _compile(programs, tag, place, report)
    return found


def _compile(programs: GoPrograms, tag: str, place: Path, report: Report) -> None:
    module = programs.go_module(tag, module_go_mod(programs.module, f"v{tag}"))
    go, work = go_for_module(module.go_mod), place.with_name(f"{place.name}.work")
    for name in programs.programs:
        report.start(name, "compiling")
    built = _built(programs, go, module, work, report.beat)
    for name, path in built.items():
        with artifact(place / name) as part:
            shutil.copy(path, part)
        report.done(name, "compiled", path.stat().st_size)
    shutil.rmtree(work)


def _built(
    programs: GoPrograms, go: Path, module: GoModule, work: Path, meanwhile: Callable[[], None]
) -> dict[str, Path]:
    if programs.own:
        with resources.as_file(_own_folder(programs.own)) as source:
            only = build_own(go, module, source, work, meanwhile)
        return dict.fromkeys(programs.programs, only)
    place = build(go, module, work, meanwhile)
    return {name: place / Path(package).name for name, package in programs.programs.items()}


def _stable(tag: str) -> str:
    """Version of the collector's stable modules that goes with an unstable one: `0.159.0` → `v1.65.0`."""
    minor = int(tag.split(".")[1])
    return f"v1.{minor - 94}.0"


def _own_folder(name: str) -> Traversable:
    return resources.files("trailboss.lab.standins").joinpath("files", name)


def _own_source(name: str) -> str:
    return "" if not name else _own_folder(name).joinpath("main.go").read_text()
