"""The script that renews certificates, run by a real bash with faked programs: once, or again after it was cut off."""

from pathlib import Path

import pytest
from tests.unit.steps import control_plane
from tests.unit.steps.control_plane import COMPONENTS, CONTAINERS, CP, LATER, PKI, SERVED, SOON, killed
from tests.unit.steps.sandbox import Sandbox

from trailboss.steps.renew_certificates import script

pytestmark = pytest.mark.slow

MARK = "/var/lib/trailboss/renewal"
_PUT = f"sed -i 's/ends .*/ends {LATER:.0f}/' {PKI}/*.crt {PKI}/etcd/*.crt; sed -i 's/.*/key of {LATER:.0f}/'"
_KEYS = " ".join(f"{PKI}/{name}.key" for name in control_plane.FILES)
_CONF = f"""for file in admin controller-manager scheduler; do
  echo "    client-certificate-data: $(echo "$file.conf ends {LATER:.0f}" | base64 -w 0)" > /etc/kubernetes/$file.conf
done"""
KUBEADM = f"{_PUT} {_KEYS}; {_CONF}"


@pytest.fixture
def host(tmp_path: Path) -> Sandbox:
    sandbox = control_plane.build(tmp_path)
    sandbox.program("kubeadm", KUBEADM, at="/usr/local/bin/kubeadm")
    return sandbox


def run(host: Sandbox) -> tuple[int, str]:
    """Return the exit status, and the last words."""
    done = host.run(f"patience=2\n{script(CP)}")
    return done.returncode, (done.stderr if done.returncode else done.stdout).strip().rpartition("\n")[2]


def certificate(host: Sandbox, name: str = "apiserver", ending: str = "crt") -> str:
    return host.path(f"{PKI}/{name}.{ending}").read_text()


def is_clean(host: Sandbox) -> bool:
    return not any(host.path(f"{MARK}{ending}").exists() for ending in ("", "-copies", "-copies.new"))


def test_everything_is_renewed_and_restarted_one_after_the_other(host: Sandbox) -> None:
    assert run(host) == (0, f"renewed until {LATER:.0f}")
    assert host.calls("kubeadm") == ["certs renew all"]
    assert killed(host) == list(COMPONENTS)
    assert host.path(f"{SERVED}/10.0.0.1:6443").read_text() == certificate(host) == f"apiserver ends {LATER:.0f}\n"
    assert is_clean(host)


def test_manifests_are_never_touched(host: Sandbox) -> None:
    host.write("/etc/kubernetes/manifests/kube-apiserver.yaml", "as it was")
    run(host)
    assert [path.name for path in host.path("/etc/kubernetes/manifests").iterdir()] == ["kube-apiserver.yaml"]


def test_one_that_was_cut_off_while_kubeadm_wrote_begins_with_the_old_ones(host: Sandbox) -> None:
    """A key that its certificate does not belong to is what kubeadm leaves behind."""
    host.program(
        "kubeadm",
        f"echo new > {PKI}/apiserver.key; : > {PKI}/etcd/peer.crt; kill -9 $PPID",
        at="/usr/local/bin/kubeadm",
    )
    assert run(host)[0] != 0
    assert host.path(MARK).read_text() == "begun\n"
    seen = f'[ "$(cat {PKI}/apiserver.key)" = "key of {SOON:.0f}" ] && [ -s {PKI}/etcd/peer.crt ] || exit 3\n'
    host.program("kubeadm", seen + KUBEADM, at="/usr/local/bin/kubeadm")
    assert run(host) == (0, f"renewed until {LATER:.0f}, anew, for an earlier renewal was cut off")
    assert certificate(host, ending="key") == f"key of {LATER:.0f}\n"
    assert is_clean(host)


def test_one_that_was_cut_off_between_restarts_goes_on_with_what_is_left(host: Sandbox) -> None:
    broken = host.path(f"{CONTAINERS}-broken/kube-apiserver")
    broken.touch()
    code, words = run(host)
    assert (code, words) == (1, "kube-apiserver does not come up with the new certificates")
    assert killed(host) == ["etcd", "kube-apiserver"]
    broken.unlink()
    host.write(f"{CONTAINERS}/kube-apiserver", f"kube-apiserver-3 {LATER:.0f}\n")
    host.write(f"{SERVED}/10.0.0.1:6443", certificate(host))
    assert run(host) == (0, f"renewed until {LATER:.0f}, after an earlier renewal was cut off")
    assert host.calls("kubeadm") == ["certs renew all"]
    assert killed(host) == ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]


def test_the_old_ones_are_put_back_where_kubeadm_fails(host: Sandbox) -> None:
    host.program("kubeadm", f"echo new > {PKI}/apiserver.key; exit 1", at="/usr/local/bin/kubeadm")
    assert run(host) == (1, "kubeadm could not renew the certificates; the old certificates are back")
    assert certificate(host, ending="key") == f"key of {SOON:.0f}\n"
    assert (killed(host), is_clean(host) or host.path(f"{MARK}-copies").exists()) == ([], True)


def test_where_kubeadm_renews_nothing_nothing_is_restarted(host: Sandbox) -> None:
    control_plane.write_certificates(host, 1.7e9)
    host.program("kubeadm", at="/usr/local/bin/kubeadm")
    code, words = run(host)
    assert code == 1
    assert words.startswith(
        "kubeadm ended well, and these are no better: pki/apiserver.crt pki/apiserver-etcd-client.crt"
    )
    assert killed(host) == []


def test_a_server_that_goes_on_with_the_old_one_is_noticed(host: Sandbox) -> None:
    host.program("openssl", f"case $* in s_client*) echo old; exit ;; esac\n{control_plane._OPENSSL}")
    assert run(host) == (1, "etcd does not serve its new certificate")
    assert host.path(MARK).exists()


def test_where_they_have_ended_others_are_not_waited_for(host: Sandbox) -> None:
    """etcd has no quorum before the others have theirs; each control plane is given its own, all the same."""
    control_plane.write_certificates(host, 1.7e9)
    host.program("curl", "exit 1")
    host.program("kubectl", "exit 1", at="/usr/local/bin/kubectl")
    assert host.run(f"{script(CP).replace('patience=60', 'patience=2')}").returncode == 0
    assert killed(host) == list(COMPONENTS)
    assert certificate(host) == f"apiserver ends {LATER:.0f}\n"


def test_secrets_are_for_root_alone_and_gone_in_the_end(host: Sandbox) -> None:
    host.program("kubeadm", f"stat -c %a {MARK}-copies; {KUBEADM}", at="/usr/local/bin/kubeadm")
    done = host.run(script(CP))
    assert done.stdout.splitlines()[0] == "700"
    assert "key of" not in done.stdout + done.stderr
    assert is_clean(host)
