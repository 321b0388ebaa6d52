"""What runs on the cluster while it is changed, and who asks for it all the time: counts, not impressions."""

import json
import shlex
from collections import Counter
from dataclasses import dataclass

from tests.e2e.ranch import Ranch

REPLICAS, BUDGET = 4, 3
KUBECTL = "kubectl --kubeconfig /etc/kubernetes/admin.conf"

# CoreDNS serves HTTP too, and it is an image that every host of a closed lab has. Asked to end, it goes on answering
# for as long as its lameduck says, as any server that is to lose no request.
_MANIFESTS = f"""
apiVersion: v1
kind: ConfigMap
metadata: {{name: web}}
data:
  Corefile: |
    .:1053 {{
      health :8080 {{
        lameduck 8s
      }}
      whoami
    }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: {REPLICAS}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      terminationGracePeriodSeconds: 30
      topologySpreadConstraints:
      - {{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway,
          labelSelector: {{matchLabels: {{app: web}}}}}}
      containers:
      - name: web
        image: IMAGE
        imagePullPolicy: Never
        args: [-conf, /etc/web/Corefile]
        readinessProbe: {{httpGet: {{path: /health, port: 8080}}, periodSeconds: 1}}
        volumeMounts: [{{name: web, mountPath: /etc/web}}]
      volumes:
      - {{name: web, configMap: {{name: web}}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: web}}
spec:
  minAvailable: {BUDGET}
  selector: {{matchLabels: {{app: web}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec:
  selector: {{app: web}}
  ports: [{{port: 80, targetPort: 8080}}]
"""


def deploy(ranch: Ranch) -> None:
    """Run the deployment with its budget and Service, and wait until all replicas answer."""
    image = ranch.on_host("worker-1", "ctr -n k8s.io images ls -q | grep /coredns/coredns: | head -n 1").strip()
    manifests = _MANIFESTS.replace("IMAGE", image)
    ranch.on_host("cp-1", f"{KUBECTL} apply -f - <<'END'\n{manifests}\nEND")
    ranch.on_host("cp-1", f"{KUBECTL} rollout status deployment/web --timeout=100s")


def keep_available(ranch: Ranch, replicas: int) -> None:
    """Set how many replicas the budget keeps available; all of them: no eviction is allowed."""
    patch = json.dumps({"spec": {"minAvailable": replicas}})
    ranch.kubectl("cp-1", f"patch poddisruptionbudget web --type merge --patch '{patch}'")


def evict_all(ranch: Ranch, node: str) -> None:
    """Empty a node as an administrator would, and let pods come back."""
    ranch.on_host("cp-1", f"{KUBECTL} drain {node} --ignore-daemonsets --delete-emptydir-data --timeout=180s")
    ranch.on_host("cp-1", f"{KUBECTL} uncordon {node}")


@dataclass
class Asker:
    """A loop on a host that asks one URL again and again and writes down each answer's status."""

    ranch: Ranch
    host: str
    name: str
    url: str
    every: float
    options: str = ""

    def start(self) -> None:
        seen = "%{http_code} after %{time_total} s, connected after %{time_connect} s: %{errormsg}"
        ask = f"curl -sk -o /dev/null -w '{seen}\\n' --max-time 3 {self.options} {self.url}"
        # Plain variables only: systemd expands the others itself.
        loop = f"""
        while true; do
          seen=$({ask}); read -r status rest <<< "$seen"; echo "$status" >> {self._file}
          [ "$status" = 200 ] || echo "$(date +%T.%3N) $seen" >> {self._file}.lost
          sleep {self.every}
        done"""
        run = f"systemd-run --quiet --unit={self.name} bash -c {shlex.quote(loop)}"
        self.ranch.on_host(self.host, f"rm -f {self._file} {self._file}.lost; {run}")

    def lost(self) -> list[str]:
        """Return when each answer other than 200 came, with what curl knows of it."""
        return self.ranch.on_host(self.host, f"cat {self._file}.lost 2>/dev/null || true").splitlines()

    def stop(self) -> Counter[str]:
        """Return how often each status came; 000 is no answer."""
        return Counter(self.ranch.on_host(self.host, f"systemctl stop {self.name}; cat {self._file}").split())

    @property
    def _file(self) -> str:
        return f"/var/log/{self.name}"


def service_asker(ranch: Ranch, name: str) -> Asker:
    """Return who asks the Service from a host of the cluster, ten times a second."""
    address = ranch.on_host("cp-1", f"{KUBECTL} get service web -o jsonpath='{{.spec.clusterIP}}'").strip()
    return Asker(ranch, "cp-1", name, f"http://{address}/health", 0.1)


def endpoint_asker(ranch: Ranch, name: str) -> Asker:
    """Return who asks the cluster's endpoint for /readyz from outside, and tries again twice, on new connections.

    What the balancer hands to an API server in the moment of its end is lost, or answered with 500; the next is not.
    """
    return Asker(ranch, "edge", name, "https://127.0.0.1:6443/readyz", 0.5, "--fail --retry 2 --retry-all-errors")


def versions(ranch: Ranch) -> tuple[list[str], list[str]] | None:
    """Return (versions of API servers, versions of kubelets) as the API has them now; None if it did not tell both."""
    script = f"{KUBECTL} --request-timeout=5s get nodes,pods --namespace kube-system -o json || true"
    text = ranch.on_host("cp-1", script)
    if not text.startswith("{"):
        return None
    items = json.loads(text)["items"]
    kubelets = [item["status"]["nodeInfo"]["kubeletVersion"] for item in items if item["kind"] == "Node"]
    pods = [item for item in items if item["metadata"].get("labels", {}).get("component") == "kube-apiserver"]
    servers = [pod["spec"]["containers"][0]["image"].rpartition(":")[2] for pod in pods]
    return (servers, kubelets) if servers and kubelets else None
