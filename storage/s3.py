"""The S3 blob store, through the `minio` client: any server that honours `If-None-Match: *`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from storage.blobs import READ_BYTES, BlobExists, BlobMissing, StoreUnavailable, check_name
from storage.settings import Settings

IN_MEMORY = 8 * 1024 * 1024  # bytes of an object held in memory before it is spooled to disk (as ciphertext)
CONNECT_SECONDS, READ_SECONDS = 5.0, 60.0
_OWNER = "owner"
_FAULTS = (MinioException, urllib3.exceptions.HTTPError, OSError)


class S3Store:
    """Objects `ab/NAME` in one bucket, which exists beforehand: a missing bucket is a fault, never made up."""

    def __init__(self, client: Minio, bucket: str, http: urllib3.PoolManager) -> None:
        self._client, self._bucket, self._http = client, bucket, http

    @classmethod
    def of(cls, settings: Settings) -> S3Store:
        """A store as the settings say; nothing is asked of the server yet."""
        http = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            retries=urllib3.Retry(total=3, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504)),
        )
        client = Minio(
            settings.s3_endpoint,
            access_key=settings.s3_access_key.get_secret_value(),
            secret_key=settings.s3_secret_key.get_secret_value(),
            secure=settings.s3_secure,
            region=settings.s3_region,
            http_client=http,
        )
        return cls(client, settings.s3_bucket, http)

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spooled:
            for chunk in chunks:
                spooled.write(chunk)
            length = spooled.tell()
            spooled.seek(0)
            self._put_new(_key(name), spooled, length)

    def _put_new(self, key: str, body: Any, length: int) -> None:
        """One conditional PUT; the client's own put_object has no way to say If-None-Match, a presigned one has."""
        headers = {"If-None-Match": "*", "Content-Length": str(length), "Content-Type": "application/octet-stream"}
        try:
            url = self._client.get_presigned_url("PUT", self._bucket, key, expires=timedelta(minutes=15))
            # No retry: after a lost answer the second try would meet our own object. The caller takes a new name.
            answer = self._http.request("PUT", url, body=body, headers=headers, retries=False)
        except _FAULTS as error:
            raise StoreUnavailable(why=type(error).__name__) from error
        if answer.status == 412:
            raise BlobExists(name=key)
        if answer.status != 200:
            raise StoreUnavailable(why=f"HTTP {answer.status}")

    def get(self, name: str) -> Iterator[bytes]:
        return self._get(_key(name))

    def _get(self, key: str) -> Iterator[bytes]:
        try:
            answer = self._client.get_object(self._bucket, key)
        except S3Error as error:
            if error.code == "NoSuchKey":
                raise BlobMissing(name=key.rpartition("/")[2]) from None
            raise StoreUnavailable(why=error.code) from error
        except _FAULTS as error:
            raise StoreUnavailable(why=type(error).__name__) from error

        def pieces() -> Iterator[bytes]:
            try:
                yield from answer.stream(READ_BYTES)
            except _FAULTS as error:
                raise StoreUnavailable(why=type(error).__name__) from error
            finally:
                answer.close()
                answer.release_conn()

        return pieces()

    def names(self) -> Iterator[tuple[str, float]]:
        try:
            for item in self._client.list_objects(self._bucket, recursive=True):
                if item.object_name and item.last_modified and item.object_name != _OWNER:
                    yield item.object_name.rpartition("/")[2], item.last_modified.timestamp()
        except _FAULTS as error:
            raise StoreUnavailable(why=type(error).__name__) from error

    def owner(self, mine: str) -> str:
        try:
            self._put_new(_OWNER, mine.encode(), len(mine))
        except BlobExists:
            return b"".join(self._get(_OWNER)).decode()
        return mine

    def object_lock(self) -> bool:
        """Whether the bucket locks its objects; False as well where the server does not know of locks."""
        try:
            return self._client.get_object_lock_config(self._bucket) is not None
        except _FAULTS:
            return False

    def remove(self, name: str) -> None:
        try:
            self._client.remove_object(self._bucket, _key(name))
        except _FAULTS as error:
            raise StoreUnavailable(why=type(error).__name__) from error


def _key(name: str) -> str:
    check_name(name)
    return f"{name[:2]}/{name}"
