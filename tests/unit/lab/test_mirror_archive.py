import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

from trailboss.lab.mirror.layout import Reference
from trailboss.lab.mirror.oci.archive import RunConfig, write_image
from trailboss.lab.mirror.oci.tarball import Entry, tree_entries, write_tar

REFERENCE = Reference.parse("registry.k8s.io/coredns/coredns:v1.12.1")


def _archive(directory: Path) -> dict[str, bytes]:
    program = directory / "coredns"
    program.write_bytes(b"\x7fELF program")
    target = directory / "coredns.tar"
    entries = [Entry("coredns", source=program), Entry("etc/passwd", 0o644, text="root:x:0:0::/:/\n")]
    write_image(target, REFERENCE, RunConfig(entrypoint=("/coredns",)), entries, directory)
    with tarfile.open(target) as tar:
        return {one.name: (tar.extractfile(one) or io.BytesIO()).read() for one in tar.getmembers()}


def _blob(files: dict[str, bytes], descriptor: dict[str, Any]) -> bytes:
    content = files[f"blobs/sha256/{descriptor['digest'].removeprefix('sha256:')}"]
    assert hashlib.sha256(content).hexdigest() == descriptor["digest"].removeprefix("sha256:")
    assert len(content) == descriptor["size"]
    return content


def test_every_part_is_found_by_its_digest(tmp_path: Path) -> None:
    files = _archive(tmp_path)
    assert json.loads(files["oci-layout"]) == {"imageLayoutVersion": "1.0.0"}
    (entry,) = json.loads(files["index.json"])["manifests"]
    manifest = json.loads(_blob(files, entry))
    config = json.loads(_blob(files, manifest["config"]))
    (layer,) = manifest["layers"]
    plain = gzip.decompress(_blob(files, layer))
    assert config["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(plain).hexdigest()}"]
    assert config["config"]["Entrypoint"] == ["/coredns"]
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        program = tar.getmember("coredns")
        assert (program.mode, program.uid, program.mtime, program.size) == (0o755, 0, 0, 12)


def test_containerd_learns_the_whole_name(tmp_path: Path) -> None:
    (entry,) = json.loads(_archive(tmp_path)["index.json"])["manifests"]
    assert entry["annotations"]["io.containerd.image.name"] == str(REFERENCE)
    assert entry["annotations"]["org.opencontainers.image.ref.name"] == "v1.12.1"
    assert entry["platform"] == {"architecture": "amd64", "os": "linux"}


def test_the_same_content_makes_the_same_archive_and_leaves_nothing_else(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        _archive(tmp_path / name)
        assert sorted(path.name for path in (tmp_path / name).iterdir()) == ["coredns", "coredns.tar"]
    assert (tmp_path / "one" / "coredns.tar").read_bytes() == (tmp_path / "two" / "coredns.tar").read_bytes()


def test_a_directory_goes_in_with_links_and_modes(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "usr" / "sbin").mkdir(parents=True)
    (root / "usr" / "sbin" / "xtables-nft-multi").write_text("#!")
    (root / "usr" / "sbin" / "xtables-nft-multi").chmod(0o755)
    (root / "usr" / "sbin" / "iptables-nft").symlink_to("xtables-nft-multi")
    (root / "usr" / "share").mkdir()
    (root / "usr" / "share" / "doc").write_text("long")
    write_tar(tmp_path / "layer", tree_entries(root, without=frozenset({"usr/share"})))
    with tarfile.open(tmp_path / "layer") as tar:
        assert tar.getnames() == ["usr", "usr/sbin", "usr/sbin/iptables-nft", "usr/sbin/xtables-nft-multi"]
        assert tar.getmember("usr/sbin/iptables-nft").linkname == "xtables-nft-multi"
        assert tar.getmember("usr/sbin/xtables-nft-multi").mode == 0o755
