"""Gives a certificate of kubeadm's ten days to live, as if it had been made 355 days ago."""

from tests.e2e.ranch import Ranch

_PKI = "/etc/kubernetes/pki"
_CONFIG = """[ca]
default_ca = x
[x]
database = index
new_certs_dir = .
default_md = sha256
policy = p
copy_extensions = copyall
rand_serial = yes
[p]
commonName = supplied
organizationName = optional
"""
_AGE = f"""
set -eu
cd "$(mktemp -d)"
: > index
cat > config <<'END'
{_CONFIG}END
openssl x509 -x509toreq -copy_extensions copyall -in {_PKI}/NAME.crt -signkey {_PKI}/NAME.key -out request
openssl ca -batch -notext -config config -cert {_PKI}/ca.crt -keyfile {_PKI}/ca.key -in request -out new \\
  -startdate "$(date -u -d '-355 days' +%y%m%d%H%M%SZ)" -enddate "$(date -u -d '+10 days' +%y%m%d%H%M%SZ)"
cat new > {_PKI}/NAME.crt
"""


def age(ranch: Ranch, host: str, certificate: str) -> None:
    ranch.on_host(host, _AGE.replace("NAME", certificate))


def days_left(ranch: Ranch, host: str) -> float:
    """Return for how many days the certificate that the host's API server shows is good."""
    ends = ranch.on_host(host, _SHOWN)
    return float(ends) / 86400


_SHOWN = (
    "openssl s_client -connect 127.0.0.1:6443 </dev/null 2>/dev/null | openssl x509 -noout -enddate | cut -d= -f2"
    ' | { read -r end; echo $(($(date -d "$end" +%s) - $(date +%s))); }'
)


def names_shown(ranch: Ranch, host: str) -> str:
    """Return the names in the certificate that the host's API server shows."""
    shown = "openssl s_client -connect 127.0.0.1:6443 </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName"
    return ranch.on_host(host, shown)
