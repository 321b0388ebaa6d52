"""What other tools tell of machines → a cluster's manifests. Pure: texts in, texts out; see docs/how-to/import.md.

A source's reader makes `FoundMachine`s of a text; `choosing` gives each its role, `naming` a node's name; `wanted` says
what stands in an SSHMachine; `merging` puts that into the texts that are there, and leaves the rest of them as it is.
"""

from trailboss.imports.found import Found, FoundMachine, Text
from trailboss.imports.importing import Imported, Wishes, import_machines
from trailboss.imports.sources import read_source

__all__ = ["Found", "FoundMachine", "Imported", "Text", "Wishes", "import_machines", "read_source"]
