"""What is read of a node that others made: the script runs anywhere, and what it prints is understood."""

import shutil
import subprocess

from trailboss.facts import MachineFacts, standing
from trailboss.facts.kubelet_flags import configuration_file, flags, own

_POD = """--- # kube-apiserver.yaml
kind: Pod
metadata: {name: kube-apiserver}
spec: {containers: [{command: [kube-apiserver, --a=1], args: ["--b", two]}]}

--- # broken.yaml
a: [
"""
_VERSION_3 = """
version = 3
[plugins."io.containerd.cri.v1.runtime"]
restrict_oom_score_adj = true
[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ["/usr/lib/cni"]
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
SystemdCgroup = false
"""


def printed(**sections: str) -> standing.Standing:
    return standing.parse("".join(f"\n@@trailboss-standing {name}\n{text}\n" for name, text in sections.items()))


def test_the_script_runs_and_changes_nothing() -> None:
    shell = shutil.which("bash") or ""
    ended = subprocess.run([shell, "-s"], input=standing.script(), capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "@@trailboss-standing containerd" in ended.stdout
    assert standing.parse(ended.stdout).static_pods == {}


def test_static_pods_have_flags_of_both_forms() -> None:
    seen = printed(static_pods=_POD)
    assert seen.static_pods == {"kube-apiserver": {"a": "1", "b": "two"}}
    assert seen.unread == ("broken.yaml",)


def test_containerd_of_either_configuration() -> None:
    new = printed(containerd=_VERSION_3)
    assert (new.cni_bin_dir, new.systemd_cgroup, new.restrict_oom_score_adj) == ("/usr/lib/cni", False, True)
    assert printed(containerd="no [ toml").cni_bin_dir is None


def test_names_and_programs() -> None:
    seen = printed(
        certificate_names="    DNS:cp-1\n DNS:lb.example.com\n IP Address:10.0.0.1", commands="ctr /usr/bin/ctr\ncurl "
    )
    assert seen.certificate_names == ("cp-1", "lb.example.com", "10.0.0.1")
    assert seen.commands == {"ctr": "/usr/bin/ctr", "curl": ""}


def test_flags_of_a_kubelet_are_kubeadms_the_services_or_its_own() -> None:
    command = ("/usr/bin/kubelet", "--config", "/a.yaml", "--kubeconfig=/b", "--v=2", "--node-ip=10.0.0.1", "--x")
    facts = MachineFacts(kubelet_command=command, kubeadm_flags=("--node-ip=10.0.0.1", "--v=1"))
    assert own(facts) == {"v": "2", "x": "true"}
    assert configuration_file(facts) == "/a.yaml"
    assert flags(("--a", "--b", "c", "word", "--d=")) == {"a": "true", "b": "c", "d": ""}
