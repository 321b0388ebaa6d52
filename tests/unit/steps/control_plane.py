"""A control plane's static pods and certificates in a sandbox: a kubelet that starts what has ended, and no more.

A certificate is a file that says "NAME ends SECONDS". What a component serves is what lay there when its container
began. Containers are files in /var/lib/containers: COMPONENT holds "ID SECONDS POD".
"""

import base64
import time
from pathlib import Path

from tests.unit.steps.sandbox import Sandbox

from trailboss.model.machine import Machine

CP = Machine(name="cp-1", role="control-plane", address="10.0.0.1", kubernetes_version="1.34.4")
COMPONENTS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
PKI = "/etc/kubernetes/pki"
FILES = (
    "apiserver",
    "apiserver-etcd-client",
    "apiserver-kubelet-client",
    "front-proxy-client",
    "etcd/server",
    "etcd/peer",
    "etcd/healthcheck-client",
)
CONTAINERS = "/var/lib/containers"
SERVED = "/var/lib/served"
OLD, SOON, LATER = 1.7e9, time.time() + 86400 * 5, time.time() + 86400 * 365

_START = f"""start() {{ # COMPONENT [POD], as the kubelet does
  echo "$1-$RANDOM$RANDOM $(($(date +%s) + 1)) ${{2:-pod-1}}" > {CONTAINERS}/$1
  case $1 in
    etcd) cp {PKI}/etcd/server.crt {SERVED}/127.0.0.1:2379 ;;
    kube-apiserver) cp {PKI}/apiserver.crt {SERVED}/10.0.0.1:6443 ;;
  esac
}}
"""
_CTR = (
    _START
    + f"""shift 2
component_of() {{ grep -l "^$1 " {CONTAINERS}/* | head -n 1; }}
case "$1 $2" in
  "containers ls") c=${{4##*==}}; [ ! -e {CONTAINERS}/$c ] || cut -d' ' -f1 {CONTAINERS}/$c ;;
  "tasks ls") cat {CONTAINERS}/* | sed 's/ .*/    123    RUNNING/' ;;
  "containers info")
    made=$(cut -d' ' -f2 "$(component_of "$3")")
    echo "{{ \\"ID\\": \\"$3\\", \\"CreatedAt\\": \\"$(date -u -d "@$made" +%FT%TZ)\\" }}"
    echo "\\"io.kubernetes.pod.uid\\": \\"$(cut -d' ' -f3 "$(component_of "$3")")\\"" ;;
  manifest*) start "$2" pod-2 ;;
  "tasks kill") file=$(component_of "$5"); component=${{file##*/}}; rm "$file"
    [ -e {CONTAINERS}-broken/$component ] || start "$component" ;;
esac
"""
)
_OPENSSL = f"""given=("$@")
file=/dev/stdin
for ((i = 0; i < $#; i++)); do [ "${{given[i]}}" != -in ] || file=${{given[i + 1]}}; done
case "$*" in
  s_client*) cat {SERVED}/$3 ;;
  *-text*) printf 'X509v3 Subject Alternative Name:\n    %s\n' "$(cat {PKI}/names)" ;;
  *-checkend*) read -r _ _ ends < "$file" && [ "${{ends%.*}}" -gt "$(($(date +%s) + $4))" ] ;;
  *-fingerprint*) cat ;;
  *-enddate*) echo "notAfter=$(cut -d' ' -f3 "$file")" ;;
esac
"""


def build(root: Path) -> Sandbox:
    """Return a host whose certificates end soon, and whose components run since long ago."""
    host = Sandbox(root)
    write_certificates(host, SOON)
    for name in ("ca", "front-proxy-ca", "etcd/ca"):
        host.write(f"{PKI}/{name}.key", "secret")
    host.path(SERVED).mkdir()
    for component in COMPONENTS:
        host.write(f"{CONTAINERS}/{component}", f"{component}-1 {OLD:.0f} pod-1\n")
    host.path(f"{CONTAINERS}-broken").mkdir()
    host.program("ctr", _CTR)
    host.program("openssl", _OPENSSL)
    host.program("curl", """echo '{"health":"true","reason":""}'""")
    host.program("kubectl", at="/usr/local/bin/kubectl")
    host.program("systemctl")
    host.program("sleep")
    host.program("sync")
    return host


def write_certificates(host: Sandbox, ends: float) -> None:
    for name in FILES:
        host.write(f"{PKI}/{name}.crt", f"{name} ends {ends:.0f}\n")
        host.write(f"{PKI}/{name}.key", f"key of {ends:.0f}\n")
    for name in ("admin.conf", "controller-manager.conf", "scheduler.conf"):
        inner = base64.b64encode(f"{name} ends {ends:.0f}\n".encode()).decode()
        host.write(f"/etc/kubernetes/{name}", f"    client-certificate-data: {inner}\n")


def killed(host: Sandbox) -> list[str]:
    """Return the components whose containers were ended, in order."""
    calls = [call for call in host.calls("ctr") if " kill " in call]
    return [call.split()[-1].rpartition("-")[0] for call in calls]
