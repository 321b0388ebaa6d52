from collections.abc import Iterator
from typing import Any

import boto3
import pytest


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """A store that speaks S3, in this process; returns its URL."""
    from moto.server import ThreadedMotoServer  # imported where it is wanted: it takes half a second

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def its_client(s3: str) -> Any:  # noqa: ANN401 - boto3 makes its classes as it goes
    """One for all tests: boto3 reads and compiles a description of S3 for each, which takes longer than the test."""
    given = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
    return boto3.session.Session().client("s3", endpoint_url=s3, **given)


@pytest.fixture
def bucket(s3: str, its_client: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:  # noqa: ANN401 - as above
    """An empty bucket, and the environment by which a worker finds it; returns its name."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    its_client.create_bucket(Bucket="herd")
    yield "herd"
    for one in its_client.list_objects_v2(Bucket="herd").get("Contents", ()):
        its_client.delete_object(Bucket="herd", Key=one["Key"])
    its_client.delete_bucket(Bucket="herd")
