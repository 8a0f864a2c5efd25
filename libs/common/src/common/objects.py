"""Objects on any S3: bodies under keys made of their own digest."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from common.errors import Retryable, Terminal, Unavailable
from common.events import ObjectRef
from common.settings import ObjectsSettings

if TYPE_CHECKING:
    from minio import Minio

T = TypeVar("T")
NO_BUCKET = "NoSuchBucket"
NOT_THERE = frozenset(("NoSuchKey", "NoSuchObject", NO_BUCKET))
MADE_BY_ANOTHER = frozenset(("BucketAlreadyOwnedByYou", "BucketAlreadyExists"))
WRITTEN_BY_ANOTHER = frozenset(("PreconditionFailed", "ConditionalRequestConflict"))
DIGEST_HEADER = "x-amz-meta-sha256"


class ObjectMissing(Retryable):
    """An object is gone or not what it was; its writer has to make it again."""


class Objects:
    """Reads and writes of one bucket; calls run in threads. All methods raise Unavailable.

    The first write makes the bucket where there is none.
    """

    def __init__(self, client: "Minio", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    async def put(self, prefix: str, body: bytes, content_type: str) -> ObjectRef:
        """Store a body under ``prefix/<aa>/<sha256>``; storing the same again is success.

        One that lies there damaged is written anew.
        """
        digest = hashlib.sha256(body).hexdigest()
        key = f"{prefix}/{digest[:2]}/{digest}"
        if not await self._put(key, body, content_type, digest):
            there = await self.ref(key)
            if there is None or there.sha256 != digest:
                await self._call(lambda: self._write(key, body, content_type, digest, anew=True))
        return ObjectRef(key=key, sha256=digest, size_bytes=len(body))

    async def put_at(self, key: str, body: bytes, content_type: str) -> ObjectRef:
        """Store a body under a derived key; the first writer wins, and its body is described."""
        digest = hashlib.sha256(body).hexdigest()
        if await self._put(key, body, content_type, digest):
            return ObjectRef(key=key, sha256=digest, size_bytes=len(body))
        there = await self.ref(key)
        if there is None:
            raise ObjectMissing(f"object {key} vanished while it was written", delay_s=1)
        return there

    async def get(self, ref: ObjectRef) -> bytes:
        """The body; raises ObjectMissing when it is gone or its digest differs."""
        body = await self.find(ref.key)
        if body is None:
            raise ObjectMissing(f"object {ref.key} is not in the store", delay_s=5)
        if hashlib.sha256(body).hexdigest() != ref.sha256:
            raise ObjectMissing(f"object {ref.key} is damaged: its sha256 differs", delay_s=5)
        return body

    async def find(self, key: str) -> bytes | None:
        """The body under ``key``, or None."""
        return await self._call(lambda: self._read(key))

    async def ref(self, key: str) -> ObjectRef | None:
        """What lies under ``key``, or None."""
        body = await self.find(key)
        if body is None:
            return None
        digest = hashlib.sha256(body).hexdigest()
        return ObjectRef(key=key, sha256=digest, size_bytes=len(body))

    async def sizes(self, prefix: str) -> dict[str, int]:
        """The length of every object under ``prefix``."""
        return await self._call(
            lambda: {
                found.object_name or "": found.size or 0
                for found in self._client.list_objects(self._bucket, prefix=prefix, recursive=True)
            }
        )

    async def remove(self, key: str) -> None:
        """Take away what lies under ``key``; nothing there is success."""
        await self._call(lambda: self._client.remove_object(self._bucket, key))

    async def ensure_bucket(self) -> None:
        """Make the bucket if it is not there."""
        await self._call(self._make_bucket)

    async def _put(self, key: str, body: bytes, content_type: str, digest: str) -> bool:
        return await self._call(lambda: self._write(key, body, content_type, digest))

    def _write(
        self, key: str, body: bytes, content_type: str, digest: str, *, anew: bool = False
    ) -> bool:
        from minio.error import S3Error  # late: see connect

        headers: dict[str, Any] = {"Content-Type": content_type, DIGEST_HEADER: digest}
        if not anew:
            headers["If-None-Match"] = "*"

        def put() -> None:
            self._client._put_object(
                bucket_name=self._bucket, object_name=key, data=body, headers=headers
            )

        try:
            try:
                put()
            except S3Error as error:
                if error.code != NO_BUCKET:
                    raise
                self._make_bucket()
                put()
        except S3Error as error:
            if error.code in WRITTEN_BY_ANOTHER:
                return False
            raise
        return True

    def _read(self, key: str) -> bytes | None:
        from minio.error import S3Error  # late: see connect

        response = None
        try:
            response = self._client.get_object(self._bucket, key)
            return bytes(response.read())
        except S3Error as error:
            if error.code in NOT_THERE:
                return None
            raise
        finally:
            if response is not None:
                response.close()
                response.release_conn()

    def _make_bucket(self) -> None:
        from minio.error import S3Error  # late: see connect

        try:
            if not self._client.bucket_exists(self._bucket):
                self._client.make_bucket(self._bucket)
        except S3Error as error:
            if error.code not in MADE_BY_ANOTHER:
                raise

    async def _call(self, work: Callable[[], T]) -> T:
        return await asyncio.to_thread(_translated, work)


def _translated(work: Callable[[], T]) -> T:
    from minio.error import InvalidResponseError, S3Error, ServerError  # late: see connect
    from urllib3.exceptions import HTTPError  # late: see connect

    try:
        return work()
    except S3Error as error:
        if error.code in ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"):
            raise Unavailable("objects", f"{error.code}; check S3_ACCESS_KEY") from error
        if error.response is not None and error.response.status >= 500:
            raise Unavailable("objects", str(error.code)) from error
        raise Terminal(f"object store: {error.code}: {error.message}", reason="objects") from error
    except (HTTPError, InvalidResponseError, ServerError, OSError) as error:
        raise Unavailable("objects", str(error)[:200] or type(error).__name__) from error


def connect(settings: ObjectsSettings) -> Objects:
    """An adapter for the store the settings name; nothing is sent yet."""
    # minio costs 0.3 s to import, and only services that store objects should pay for it.
    import urllib3
    from minio import Minio

    url = urlsplit(settings.s3_url)
    pool: Any = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=5, read=60),
        maxsize=16,
        retries=urllib3.Retry(total=2, backoff_factor=0.2, status_forcelist=[502, 503, 504]),
    )
    client = Minio(
        url.netloc,
        access_key=settings.s3_access_key.reveal(),
        secret_key=settings.s3_secret_key.reveal(),
        secure=url.scheme == "https",
        region=settings.s3_region,
        http_client=pool,
    )
    if settings.s3_archive_bucket:
        from common.archive import Archived  # late: it builds on this module

        return Archived(client, settings.s3_bucket, settings.s3_archive_bucket)
    return Objects(client, settings.s3_bucket)
