"""go.mod files that build upstream's programs from Go modules as ordinary dependencies. Pure text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_STAGING = re.compile(r"^\s*(k8s\.io/\S+) => \./staging", re.MULTILINE)
_GO_LINE = re.compile(r"^go (\S+)", re.MULTILINE)
_GODEBUG = re.compile(r"^godebug \((?:.|\n)*?^\)|^godebug [^(\n].*", re.MULTILINE)


@dataclass(frozen=True)
class GoModule:
    """A module to build: its go.mod, and the packages (each a program) it holds on to."""

    go_mod: str
    packages: tuple[str, ...]
    ldflags: str = "-s -w"

    @property
    def tools_go(self) -> str:
        """Imports that keep `go mod tidy` from dropping the programs."""
        imports = "".join(f'\t_ "{package}"\n' for package in self.packages)
        return f"package build\n\nimport (\n{imports})\n"


def go_line(go_mod: str) -> str:
    """The Go release a go.mod asks for, such as `1.24.0`; `1.21` where it asks for none."""
    found = _GO_LINE.search(go_mod)
    return found[1] if found else "1.21"


def kubernetes_module(version: str, upstream: str, programs: Sequence[str]) -> GoModule:
    """k8s.io/kubernetes at `version` (`v1.34.4`), from `upstream`, its own go.mod.

    That go.mod replaces k8s.io/api and its like by directories beside it, which the module does not hold; they are
    published as modules of their own, at v0.34.4 for v1.34.4.
    """
    staged = "v0." + version.removeprefix("v1.")
    replaced = "".join(f"\t{name} => {name} {staged}\n" for name in _STAGING.findall(upstream))
    lines = [
        f"module build\n\ngo {go_line(upstream)}\n",
        *_GODEBUG.findall(upstream),
        f"\nrequire k8s.io/kubernetes {version}\n\nreplace (\n{replaced})\n",
    ]
    packages = tuple(f"k8s.io/kubernetes/cmd/{program}" for program in programs)
    return GoModule("\n".join(lines), packages, f"-s -w {_version_flags(version)}")


def published_module(packages: Sequence[str], version: str, upstream: str) -> GoModule:
    """Modules whose root is the program itself, all at one version; `upstream` is the go.mod of the first."""
    required = "".join(f"require {package} {version}\n" for package in packages)
    return GoModule(f"module build\n\ngo {go_line(upstream)}\n\n{required}", tuple(packages))


def own_module(required: str = "", upstream: str = "") -> GoModule:
    """A program of one file of ours; `required` ("MODULE VERSION", with go.mod `upstream`): the module it builds on."""
    require = f"\nrequire {required}\n" if required else ""
    return GoModule(f"module build\n\ngo {go_line(upstream)}\n{require}", (".",))


def _version_flags(version: str) -> str:
    major, minor, _ = version.removeprefix("v").split(".", 2)
    told = {"gitVersion": version, "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    return " ".join(f"-X k8s.io/component-base/version.{name}={value}" for name, value in told.items())
