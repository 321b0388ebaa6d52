from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from trailboss.model.errors import StoreUnavailable

# Checksums of newer kinds only where S3 itself wants them: other stores refuse them. What is kept here has a digest of
# its own, which is looked at when it comes back.
_CONFIG = Config(
    connect_timeout=10,
    read_timeout=60,
    retries={"mode": "standard", "max_attempts": 3},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class Bucket:
    """Objects of a bucket by key. Credentials, region and endpoint come from boto3's own chain (environment, profile).

    Every method raises StoreUnavailable where the store cannot be reached or does not let us in.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        with self._told("reached"):
            self._client: Any = boto3.session.Session().client("s3", config=_CONFIG)

    def upload(self, file: Path, key: str) -> None:
        """Store a file, in parts where it is large; the object is there once it is whole."""
        with self._told("written to"):
            self._client.upload_file(str(file), self.name, key)

    def download(self, key: str, file: Path) -> None:
        with self._told("read"):
            self._client.download_file(self.name, key, str(file))

    def write(self, key: str, content: str) -> None:
        with self._told("written to"):
            self._client.put_object(Bucket=self.name, Key=key, Body=content.encode())

    def read(self, key: str) -> str:
        with self._told("read"):
            content: bytes = self._client.get_object(Bucket=self.name, Key=key)["Body"].read()
        return content.decode()

    def sizes(self, prefix: str) -> dict[str, int]:
        """Return the bytes of every object whose key begins with `prefix`, by key."""
        with self._told("listed"):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
            return {one["Key"]: one["Size"] for page in pages for one in page.get("Contents", ())}

    def delete(self, keys: Sequence[str]) -> None:
        """Delete objects in this order; those that are not there are passed over."""
        with self._told("written to"):
            for key in keys:
                self._client.delete_object(Bucket=self.name, Key=key)

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, Boto3Error, ClientError) as error:
            raise StoreUnavailable(f"s3://{self.name} cannot be {what}: {error}") from error
