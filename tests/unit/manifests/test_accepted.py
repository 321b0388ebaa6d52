"""Each accepted/NAME.yaml, with no problem at all, comes to the cluster in accepted/NAME.json."""

from pathlib import Path

import pytest

from trailboss.manifests import load_tree
from trailboss.model.cluster import Cluster

HERE = Path(__file__).parent


@pytest.mark.parametrize("manifest", sorted((HERE / "accepted").glob("*.yaml")), ids=lambda manifest: manifest.stem)
def test_manifests_come_to_their_cluster(manifest: Path) -> None:
    text = manifest.read_text()
    first = text.splitlines()[0]
    good = first.removeprefix("# with:").split() if first.startswith("# with:") else []
    files = {f"clusters/demo/a-{name}.yaml": (HERE / "good" / f"{name}.yaml").read_text() for name in good}
    loaded = load_tree({**files, "clusters/demo/all.yaml": text})
    assert not loaded.problems
    assert loaded.clusters == (Cluster.model_validate_json(manifest.with_suffix(".json").read_text()),)
