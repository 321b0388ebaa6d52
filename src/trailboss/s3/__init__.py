"""The only home of boto3: objects in one bucket of an S3-compatible store. Everything here blocks."""

from trailboss.s3.bucket import Bucket

__all__ = ["Bucket"]
