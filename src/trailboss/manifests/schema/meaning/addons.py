"""What the fields of an addon mean; docs/addons.md tells it at length."""

from trailboss.manifests.schema.meaning.words import Meaning

ADDON = {
    "": Meaning("change", "What comes onto the cluster beside Kubernetes, one after the other."),
    "name": Meaning("", "The addon's name. To rename one is to take one away and bring another."),
    "manifests": Meaning("", "Objects as they are; this or one of kustomize, helm, flux."),
    "kustomize": Meaning("", "An overlay; what it leads to is in the cluster's folder and in addons/."),
    "helm": Meaning("", "A chart. The worker needs helm 3; there is no release in the cluster."),
    "helm.chart": Meaning("", "The chart, with what it depends on inside."),
    "helm.releaseName": Meaning("", "What the chart's templates see as the release's name."),
    "helm.valuesFrom": Meaning("", "Files with values; later ones stand over earlier ones."),
    "helm.values": Meaning("", "Values for this cluster, over those of files."),
    "flux": Meaning("", "Flux, and the repository that it follows, so that applications follow Git, too."),
    "flux.install": Meaning("", "Flux's own objects. Without it: what `flux install --export` prints on the worker."),
    "flux.url": Meaning("", "The repository that Flux follows."),
    "flux.branch": Meaning("", "The branch that Flux follows."),
    "flux.path": Meaning("", "What Flux applies of it."),
    "flux.secretRef": Meaning("", "Flux's credentials for the repository; no key is in Git."),
    "flux.interval": Meaning("", "How often Flux looks."),
    "flux.prune": Meaning("", "Whether Flux deletes what went from the repository."),
    "sha256": Meaning("", "What pins a URL: something else is refused."),
    "namespace": Meaning("", "Where objects go that name none; made if it is not there, never pruned."),
    "dependsOn": Meaning("", "Addons that come before; if one of them fails, this one is left out."),
    "timeout": Meaning("", "How long all of it may take: applied, hooks run, healthy, pruned."),
    "prune": Meaning(
        "", "What happens to objects that the addon has no more. false: they stay; all: also what may hold data goes."
    ),
    "forceConflicts": Meaning("", "Whether fields that others manage are taken over."),
    "network": Meaning("", "Whether it brings the pod network: then it comes before nodes are waited for."),
}
