"""Objects without their bodies in the memory: from and to files, and their digests."""

from functools import partial
from pathlib import Path

from common.archive import parts
from common.objects import DIGEST_HEADER, NOT_THERE, Objects


async def upload(objects: Objects, key: str, source: Path) -> None:
    """Store a file under ``key``, whatever was there. Raises Unavailable, Terminal."""
    await objects._call(lambda: objects._client.fput_object(objects._bucket, key, str(source)))


async def download(objects: Objects, key: str, into: Path) -> None:
    """Write what lies under ``key`` into a file. Raises Unavailable, Terminal."""
    await objects._call(lambda: objects._client.fget_object(objects._bucket, key, str(into)))


async def digest(objects: Objects, key: str) -> str:
    """The sha256 that was stored beside a body; empty without one. Raises Unavailable, Terminal."""
    for part in await parts(objects):
        if found := await part._call(partial(_digest, part, key)):
            return found
    return ""


def _digest(objects: Objects, key: str) -> str:
    from minio.error import S3Error  # late: see common.objects

    try:
        about = objects._client.stat_object(objects._bucket, key)
    except S3Error as error:
        if error.code in NOT_THERE:
            return ""
        raise
    return str((about.metadata or {}).get(DIGEST_HEADER, ""))
