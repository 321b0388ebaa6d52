import pytest

from trailboss.model.redacting import redact

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nhunter2\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"before\n{KEY}\nafter", "before\n[redacted]\nafter"),
        ("-----BEGIN PRIVATE KEY-----\nhunter2", "[redacted]"),
        ("kubeadm join 10.0.0.1:6443 --token abcdef.0123456789abcdef", "kubeadm join 10.0.0.1:6443 --token [redacted]"),
        ("MIIE\nhunter2\n-----END PRIVATE KEY-----\nafter", "[redacted]\nafter"),
        (f"MIIE{'x' * 60}\nafter", "[redacted]\nafter"),
        (f"--certificate-key {'0a' * 32}", "--certificate-key [redacted]"),
        ("    client-key-data: aHVudGVyMg==", "    client-key-data: [redacted]"),
        ("fetching https://ops:hunter2@git.example/x", "fetching https://[redacted]@git.example/x"),
        ("Authorization: Bearer hunter2", "Authorization: Bearer [redacted]"),
        ('{"password": "hunter2", "user": "ops"}', '{"password": [redacted]", "user": "ops"}'),
        (f"token {'eyJhbGciOiJSUzI1NiIs'}.eyJpc3MiOiJrdWJlcm5l.c2lnbmF0dXJl", "token [redacted]"),
        (f"LS0tLS1CRUdJTi{'A' * 60}", "[redacted]"),
    ],
)
def test_secrets_are_not_shown(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "[init] Using Kubernetes version: v1.34.4",
        '[kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/config.yaml"',
        "--discovery-token-ca-cert-hash sha256:" + "0a" * 32,
        "configmaps/kube-proxy created in kube-system",
        "https://dl.k8s.io/release/v1.34.4/bin/linux/amd64/kubeadm",
        "secret/bootstrap-token-abcdef created",
    ],
)
def test_all_else_is(text: str) -> None:
    assert redact(text) == text
