"""Names in `spec.preflight.waive`: kubeadm's checks, of which there are too many to list, and our own."""

import re
from typing import Annotated

from pydantic import AfterValidator

from trailboss.manifests.schema import seen
from trailboss.manifests.schema.seen import like
from trailboss.manifests.schema.texts import refuse
from trailboss.manifests.suggest import did_you_mean
from trailboss.model.checks import OWN_CHECKS

_MISSPELT = 0.82
"""How like one of our checks a name must be to be taken for it: kubeadm's ControlPlaneNodesReady comes to 0.8."""


def _check_name(text: str) -> str:
    allowed = f"names as kubeadm prints them in [ERROR NAME], such as NumCPU; of Trailboss's: {', '.join(OWN_CHECKS)}"
    if text.lower() == "all":
        raise refuse("waiving every check would hide what is wrong", allowed)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9._-]*", text):
        raise refuse("not the name of a check", allowed)
    hint = did_you_mean(text, OWN_CHECKS, cutoff=_MISSPELT)
    if hint and text not in OWN_CHECKS:
        # kubeadm takes any name: it would waive nothing, and nobody would tell.
        raise refuse(f"a name that no check has{hint}", allowed)
    return text


_NOT_ALL = {"pattern": "^[aA][lL][lL]$"}
CheckName = Annotated[str, AfterValidator(_check_name), like(seen.CHECK_NAME, **{"not": _NOT_ALL})]
