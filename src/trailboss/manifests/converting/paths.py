"""Where converted files go, and what lay among them and describes no cluster."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from trailboss.manifests.folders import homes_in

LEFT_ALONE = "left-alone"
"""The folder for what lay among wksctl's manifests in clusters/ and describes no cluster: nothing reads it."""


@dataclass(frozen=True)
class Paths:
    """Where the files of one group go. `home`: as `grouped` calls the group."""

    home: str
    files: Mapping[str, str]
    to_clusters: bool

    @property
    def at_home(self) -> bool:
        """Tell whether they lie in clusters/NAME/ already, or are to stay where they are."""
        return not self.to_clusters or any(file.startswith("clusters/") for file in self.files)

    def of_cluster(self, file: str, cluster: str) -> str:
        if self.at_home:
            return file
        homes = homes_in(self.files)
        home = self.home or (posixpath.join(homes[0], "") if len(homes) == 1 else "")
        return f"clusters/{cluster}/{file.removeprefix(home)}"

    def of_others(self, file: str) -> str:
        """Return the path of what describes no cluster."""
        inside = self.to_clusters and file.startswith("clusters/")
        return posixpath.join(LEFT_ALONE, file.removeprefix("clusters/")) if inside else file

    def beside(self, file: str) -> str:
        """Return the path of what stood in one file with manifests of a cluster."""
        other = self.of_others(file)
        stem, dot, suffix = file.rpartition(".")
        return f"{stem}-{LEFT_ALONE}{dot}{suffix}" if other == file and self.at_home else other
