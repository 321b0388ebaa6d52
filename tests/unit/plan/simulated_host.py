from dataclasses import dataclass
from typing import Any


@dataclass
class Host:
    """`version`: what is installed but for the kubelet, and what containerd is set up for."""

    role: str
    version: str
    member: bool = False
    begun: bool = False
    kubelet: str = ""
    api_server: str = ""
    upgraded_to: str = ""
    staged: tuple[str, ...] = ()
    cordoned: bool = False
    etcd: bool = False

    @property
    def serves(self) -> bool:
        return self.member and self.role == "control-plane"

    @property
    def facts(self) -> dict[str, Any]:
        """As `world.observation` takes it; likewise below."""
        facts: dict[str, Any] = {"state": "prepared", "version": self.version, "staged": self.staged}
        if self.member:
            return facts | {"state": "member", "upgraded_to": self.upgraded_to}
        return facts | {"owner": "demo", "member": "join-begun"} if self.begun else facts

    @property
    def node(self) -> dict[str, Any]:
        cordoned = "change abc" if self.cordoned else ""
        return {"kubelet_version": self.kubelet, "unschedulable": self.cordoned, "cordoned_by": cordoned}

    @property
    def components(self) -> dict[str, str]:
        return dict.fromkeys(("api_server", "controller_manager", "scheduler"), self.api_server)
