"""Makes the bucket of TODOKE_S3_BUCKET if it is missing; `todoke` never does: a typo is not to be a new store."""

from __future__ import annotations

import sys

from minio import Minio

from storage.settings import load_settings


def main() -> int:
    """0 when the bucket is there."""
    settings = load_settings()
    client = Minio(
        settings.s3_endpoint,
        access_key=settings.s3_access_key.get_secret_value(),
        secret_key=settings.s3_secret_key.get_secret_value(),
        secure=settings.s3_secure,
        region=settings.s3_region,
    )
    if not client.bucket_exists(settings.s3_bucket):
        client.make_bucket(settings.s3_bucket)
        print(f"bucket {settings.s3_bucket} made", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
