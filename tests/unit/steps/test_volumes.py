"""What an API server is to see has to be there before it starts."""

from pathlib import Path

import pytest
from tests.unit.steps.sandbox import Sandbox

from trailboss.model.cluster import Cluster, Kubeadm, Volume
from trailboss.model.machine import Machine
from trailboss.steps.volumes import check

CP = Machine(name="cp-1", role="control-plane", address="10.0.0.1", kubernetes_version="1.34.4")
WORKER = CP.model_copy(update={"name": "w-1", "role": "worker"})
FOLDER, FILE = "/etc/kubernetes/folder", "/etc/kubernetes/it's a file"


@pytest.mark.parametrize(
    ("path", "path_type", "is_there"),
    [
        (FILE, "File", True),
        (FOLDER, "File", False),
        ("/etc/kubernetes/none", "File", False),
        (FOLDER, "Directory", True),
        (FILE, "Directory", False),
        ("/etc/kubernetes/none", "DirectoryOrCreate", True),
        ("/etc/kubernetes/none", "", True),
    ],
)
def test_what_is_not_there_is_named(tmp_path: Path, path: str, path_type: str, is_there: bool) -> None:
    host = Sandbox(tmp_path / "host")
    host.path(FOLDER).mkdir()
    host.write(FILE, "a")
    volume = Volume(name="audit", host_path=path, mount_path="/a", path_type=path_type)
    kubeadm = Kubeadm(api_server_extra_volumes=(volume,))
    cluster = Cluster(name="demo", kubernetes_version="1.34.4", machines=(CP, WORKER), kubeadm=kubeadm)
    done = host.run(f"{check(cluster, CP, status=65)}echo goes on")
    assert (done.returncode, done.stdout) == ((0, "goes on\n") if is_there else (65, ""))
    assert ("apiServer.extraVolumes audit" in done.stderr) is not is_there
    assert check(cluster, WORKER) == ""
