from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.kube.fake_api import FakeApi
from tests.unit.kube.serving import serving

from trailboss.kube import ClusterApi


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeApi]:
    with serving(tmp_path) as api:
        yield api


@pytest.fixture
def api(fake: FakeApi) -> Iterator[ClusterApi]:
    client = ClusterApi(fake.kubeconfig, fake.port)
    yield client
    client.close()
