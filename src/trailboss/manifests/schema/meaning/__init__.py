"""What fields mean, and when a change of one takes effect, for `trailboss explain`, editors and the documentation.

A field without an entry has the `when` of the nearest one around it. Tests hold `when` to the table in
docs/manifests.md.
"""

from trailboss.manifests.schema.meaning.cluster_api import CLUSTER, MACHINE
from trailboss.manifests.schema.meaning.ssh import SSH_CLUSTER, SSH_MACHINE, TEMPLATE
from trailboss.manifests.schema.meaning.words import WHEN, Meaning, when_words

__all__ = ["MEANING", "WHEN", "Meaning", "meaning_of", "when_words"]

MEANING = {
    "Cluster": CLUSTER,
    "Machine": MACHINE,
    "SSHCluster": SSH_CLUSTER,
    "SSHMachine": SSH_MACHINE,
    "SSHMachineTemplate": TEMPLATE,
}
"""kind → field without list positions → what it means. Fields of other kinds mean what these do."""

_ANY = {
    "apiVersion": Meaning("", "The group and version of the kind."),
    "kind": Meaning("", "The kind of the object."),
    "metadata": Meaning("", "The object's name; all else in it describes objects of a management cluster."),
    "metadata.name": Meaning("", "The object's name."),
    "metadata.labels": Meaning("", "Mean nothing here, but for the role of wksctl's machines."),
    "metadata.annotations": Meaning("", "Mean nothing here."),
    "metadata.namespace": Meaning("", "Means nothing here."),
    "metadata.creationTimestamp": Meaning("", "Written as null by other tools."),
    "spec": Meaning("", "What is wanted."),
    "status": Meaning("", "What is observed; it does not belong into a manifest."),
}


def meaning_of(kind: str, path: str) -> Meaning:
    """Return what a field means and when it takes effect, as far as it is written down."""
    own = MEANING.get(kind, {})
    found = own.get(path) or _ANY.get(path) or Meaning("", "")
    around = path
    when = found.when
    while not when and "." in around:
        around = around.rpartition(".")[0]
        when = own[around].when if around in own else ""
    return Meaning(when, found.means)
