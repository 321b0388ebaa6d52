"""The source for closed networks: upstream's programs, compiled from their Go modules."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from trailboss.lab.mirror.compiled import gobuild, recipes
from trailboss.lab.mirror.compiled.debian import extract
from trailboss.lab.mirror.compiled.gomod import kubernetes_module, own_module, published_module
from trailboss.lab.mirror.compiled.toolchain import go_for, go_for_module, module_go_mod
from trailboss.lab.mirror.errors import MirrorFailed
from trailboss.lab.mirror.layout import Reference
from trailboss.lab.mirror.oci.archive import write_image
from trailboss.lab.mirror.oci.tarball import Entry
from trailboss.lab.mirror.progress import Report

_KUBERNETES = "k8s.io/kubernetes"
_COREDNS = "github.com/coredns/coredns"
_ETCD = {"etcd": "go.etcd.io/etcd/server/v3"}
_ETCD_TOOLS = {"etcdctl": "go.etcd.io/etcd/etcdctl/v3", "etcdutl": "go.etcd.io/etcd/etcdutl/v3"}
_OWN = Path(__file__).parent / "programs"


class CompiledSource:
    """Compiles into `work`, a directory that may be thrown away at any time."""

    name = "compile"

    def __init__(self, work: Path, report: Report) -> None:
        self._work = work
        self._report = report

    def expectation(self, version: str) -> str:
        return (
            f"compiling Kubernetes {version}: about 8 minutes on two cores, under a minute where Go's caches are warm"
        )

    def prepare(self, version: str, programs: Sequence[str]) -> None:
        if not programs:
            return
        self._report.say(f"  reading {_KUBERNETES} {version} and the modules it needs")
        upstream = module_go_mod(_KUBERNETES, version)
        module = kubernetes_module(version, upstream, programs)
        appearing = self._report.appearing(self._programs, programs, "compiling", "compiled")
        gobuild.build(go_for_module(upstream), module, self._work / "kubernetes", appearing)
        appearing()

    def binary(self, version: str, name: str, target: Path) -> None:
        del version  # what was prepared
        shutil.copy(self._programs / name, target)

    def image(self, reference: Reference, target: Path) -> None:
        write_image(target, reference, recipes.run_config(reference), self._entries(reference), self._work)

    @property
    def _programs(self) -> Path:
        return gobuild.programs_in(self._work / "kubernetes")

    def _entries(self, reference: Reference) -> list[Entry]:
        if reference.name == "kube-proxy":
            root = extract(recipes.PROXY_PACKAGES, self._work)
            return recipes.proxy_entries(self._programs / "kube-proxy", self._own("iptables"), root)
        return recipes.program_entries(reference, self._programs_of(reference))

    def _programs_of(self, reference: Reference) -> dict[str, Path]:
        match reference.name:
            case "pause":
                return {"pause": self._own("pause")}
            case "coredns":
                return {"coredns": self._coredns(reference.tag)}
            case "etcd":
                # 3.6.5-0 is image build 0 of etcd 3.6.5.
                return self._etcd("v" + reference.tag.partition("-")[0])
            case name if recipes.is_kubernetes(reference):
                return {name: self._programs / name}
        raise MirrorFailed(f"{reference}: no recipe to build this image here; use --source upstream")

    def _etcd(self, version: str) -> dict[str, Path]:
        wanted = dict(_ETCD)
        for name, module in _ETCD_TOOLS.items():
            try:
                module_go_mod(module, version)
            except MirrorFailed as absent:
                self._report.say(f"  the etcd image goes without {name}: {str(absent).splitlines()[-1]}")
            else:
                wanted[name] = module
        return self._published(wanted, version)

    def _published(self, modules: dict[str, str], version: str) -> dict[str, Path]:
        """Programs by the names they have in images; Go names them by the last part of their path but a version."""
        first, upstream = next(iter(modules)), module_go_mod(next(iter(modules.values())), version)
        module = published_module(tuple(modules.values()), version, upstream)
        built = gobuild.build(go_for_module(upstream), module, self._work / first, self._report.beat)
        return {name: built / _program_name(path) for name, path in modules.items()}

    def _coredns(self, version: str) -> Path:
        upstream = module_go_mod(_COREDNS, version)
        module = own_module(f"{_COREDNS} {version}", upstream)
        go = go_for_module(upstream)
        return gobuild.build_own(go, module, _OWN / "coredns", self._work / "coredns", self._report.beat)

    def _own(self, name: str) -> Path:
        return gobuild.build_own(go_for(), own_module(), _OWN / name, self._work / name)


def _program_name(package: str) -> str:
    return package.removesuffix("/v3").rpartition("/")[2]
