"""A second bucket of the object store, for old bodies: what is moved there reads on as before."""

from typing import TYPE_CHECKING

from common.objects import Objects

if TYPE_CHECKING:
    from minio import Minio


class Archived(Objects):
    """The store's bucket for all that is written, and behind it the one that only keeps.

    A body is written there before it is removed here, so a reader who looks here first misses none.
    """

    def __init__(self, client: "Minio", bucket: str, archive: str) -> None:
        super().__init__(client, bucket)
        self.here = Objects(client, bucket)
        self.archive = Objects(client, archive)

    async def sizes(self, prefix: str) -> dict[str, int]:
        """The length of every object under ``prefix``, in both."""
        found: dict[str, int] = {}
        for part in reversed(await parts(self)):
            found |= await part.sizes(prefix)
        return found

    async def remove(self, key: str) -> None:
        """Take away what lies under ``key`` in either."""
        for part in await parts(self):
            await part.remove(key)

    def _read(self, key: str) -> bytes | None:
        body = super()._read(key)
        return self.archive._read(key) if body is None else body


async def parts(objects: Objects) -> list[Objects]:
    """The buckets that are read, the one that is written to first; raises Unavailable."""
    if not isinstance(objects, Archived):
        return [objects]
    archive = objects.archive
    there = await archive._call(lambda: archive._client.bucket_exists(archive._bucket))
    return [objects.here, archive] if there else [objects.here]
