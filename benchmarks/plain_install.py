"""The other contestant: `plain_install.sh`, until its kubectl shows four Ready nodes."""

from pathlib import Path

from plain_inputs import write_inputs
from rich.console import Console
from scripted import script_environment, time_program
from stage import HOME, NAME
from step_times import StepTime

from trailboss.lab.hosts import Lab
from trailboss.lab.scene import manifests
from trailboss.manifests import load_cluster

_SCRIPT = Path(__file__).with_suffix(".sh")


def time_script(version: str, lab: Lab, console: Console) -> tuple[float, list[StepTime]]:
    """Return the seconds that the script took, and where they went."""
    folder = HOME / "script"
    write_inputs(lab, load_cluster(manifests(lab, cluster=NAME, version=version)), folder / "inputs")
    environment = script_environment(lab, version, folder / "inputs")
    return time_program(["bash", str(_SCRIPT)], environment, folder / "log", console)
