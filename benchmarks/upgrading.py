"""What the contestants of upgrade.py do with a fresh lab: Trailboss installs the older version for each, untimed."""

import asyncio
from pathlib import Path

import ansible_upgrade
import yaml
from following import Following, following
from plain_inputs import write_upgrade_inputs
from rich.console import Console
from scripted import script_environment, time_program
from stage import HOME, NAME, come_to_rest
from step_times import StepTime

from trailboss.lab.hosts import Lab
from trailboss.lab.scene import manifests
from trailboss.manifests import load_cluster
from trailboss.model.base import Frozen

_SCRIPT = Path(__file__).with_name("plain_upgrade.sh")


class Upgrade(Frozen):
    """From one Kubernetes version to another."""

    older: str
    newer: str

    def by_trailboss(self, lab: Lab, console: Console) -> tuple[float, list[StepTime]]:
        """Return the seconds from the push until the cluster is Ready, and where they went."""
        return asyncio.run(self._pushed(lab, console))

    def by_script(self, lab: Lab, console: Console) -> tuple[float, list[StepTime]]:
        """Return the seconds that plain_upgrade.sh took, and where they went."""
        inputs = self._prepared(lab, HOME / "script", console)
        environment = script_environment(lab, self.newer, inputs)
        return time_program(["bash", str(_SCRIPT)], environment, HOME / "script" / "log", console)

    def by_ansible(self, lab: Lab, console: Console) -> tuple[float, list[StepTime]]:
        """Return the seconds that ansible-playbook took, and where they went."""
        inputs = self._prepared(lab, HOME / "ansible", console)
        return ansible_upgrade.time_playbook(lab, self.newer, HOME / "ansible", inputs, console)

    async def _pushed(self, lab: Lab, console: Console) -> tuple[float, list[StepTime]]:
        async with following(console) as repository:
            await self._install(repository, lab, console)
            return await repository.time(without_soak(lab, self.newer), f"Kubernetes {self.newer}")

    def _prepared(self, lab: Lab, folder: Path, console: Console) -> Path:
        """Install the older version, and end Trailboss; return the folder with what is needed to upgrade."""
        asyncio.run(self._installed(lab, console))
        write_upgrade_inputs(lab, load_cluster(without_soak(lab, self.newer)), folder / "inputs")
        return folder / "inputs"

    async def _installed(self, lab: Lab, console: Console) -> None:
        async with following(console) as repository:
            await self._install(repository, lab, console)

    async def _install(self, repository: Following, lab: Lab, console: Console) -> None:
        seconds, _ = await repository.time(without_soak(lab, self.older), f"Kubernetes {self.older}")
        await asyncio.to_thread(come_to_rest, lab)
        console.print(f"Kubernetes {self.older} is installed ({seconds:.0f} s, which do not count)")


def without_soak(lab: Lab, version: str) -> dict[str, str]:
    """Return the manifests of a cluster that goes on as soon as a worker is Ready, as the other contestants do."""
    files = manifests(lab, cluster=NAME, version=version)
    path = f"clusters/{NAME}/cluster.yaml"
    documents = list(yaml.safe_load_all(files[path]))
    for document in documents:
        if document["kind"] == "SSHCluster":
            document["spec"]["rollout"] = {"soak": "0s"}
    return {**files, path: yaml.safe_dump_all(documents, sort_keys=False)}
