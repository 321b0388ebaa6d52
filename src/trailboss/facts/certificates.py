"""The certificates that kubeadm made on a control plane: from when to when they hold, and who can sign new ones."""

import hashlib
from datetime import UTC, datetime

from trailboss.facts.fact import Fact, lines, yes
from trailboss.facts.machine_facts import Certificate
from trailboss.facts.paths import KUBERNETES_DIR, RENEWAL

_OPENSSL = "%b %d %H:%M:%S %Y %Z"
_DATES = "openssl x509 -noout -dates"
# Certificates lie in files of their own, or in base64 within a kubeconfig. echo makes one line of two.
_LIST = f"""cd {KUBERNETES_DIR} || exit 0
for file in pki/*.crt pki/etcd/*.crt; do
  [ -f "$file" ] && echo "$file" $({_DATES} -in "$file")
done
for file in admin.conf super-admin.conf controller-manager.conf scheduler.conf; do
  [ -f "$file" ] && echo "$file" $(sed -n 's/^ *client-certificate-data: *//p' "$file" | base64 -d | {_DATES})
done"""
# Kubespray has its authority in another folder; on workers there is no other way to it.
_AUTHORITY = f"""for file in {KUBERNETES_DIR}/pki/ca.crt {KUBERNETES_DIR}/ssl/ca.crt; do
  if [ -s "$file" ]; then openssl x509 -in "$file" -outform DER | sha256sum; break; fi
done"""
_OF_NOTHING = hashlib.sha256(b"").hexdigest()
_LIST_WITHOUT_KEY = f"""cd {KUBERNETES_DIR}/pki || exit 0
for name in ca front-proxy-ca etcd/ca; do
  [ -f "$name.crt" ] && [ ! -f "$name.key" ] && echo "pki/$name.crt"
done"""


def certificates(output: str) -> dict[str, Certificate]:
    """Parse `pki/ca.crt notBefore=Nov 24 04:25:00 2026 GMT notAfter=Nov 24 04:30:00 2027 GMT`.

    A file without readable dates is left out: it has none, or is half written.
    """
    split = ((line.partition(" ")[0], line.partition(" notBefore=")[2]) for line in lines(output))
    found = {name: dates.partition(" notAfter=") for name, dates in split}
    moments = {name: (_moment(begins), _moment(ends)) for name, (begins, _, ends) in found.items()}
    return {name: Certificate(begins=begins, ends=ends) for name, (begins, ends) in moments.items() if begins and ends}


def fingerprint(output: str) -> str:
    """Parse what sha256sum says: "sha256:…", or "" where there is no certificate."""
    digest = output.partition(" ")[0]
    return f"sha256:{digest}" if digest and digest != _OF_NOTHING else ""


def _moment(text: str) -> float:
    try:
        return datetime.strptime(" ".join(text.split()), _OPENSSL).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


FACTS = (
    Fact("certificates", _LIST, certificates, slow=True),
    Fact("authority", _AUTHORITY, fingerprint),
    Fact("authorities_without_key", _LIST_WITHOUT_KEY, lines),
    Fact("renewal_begun", f"[ -e {RENEWAL} ] && echo yes", yes),
)
