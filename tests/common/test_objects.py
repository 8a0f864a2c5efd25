"""A store that makes no bucket by itself, as most do not; SeaweedFS does."""

from typing import Any

import pytest
from minio.error import S3Error

from common.errors import Terminal
from common.objects import Objects


class Strict:
    """The client of a store that knows no bucket yet; ``beaten``: another makes it first."""

    def __init__(self, *, beaten: bool = False, makes: bool = True) -> None:
        self.bodies: dict[str, bytes] = {}
        self.beaten, self.makes, self.made = beaten, makes, False

    def _put_object(self, *, object_name: str, data: bytes, **_: Any) -> None:
        if not self.made:
            raise S3Error(None, "NoSuchBucket", "", "", "", "")  # type: ignore[arg-type]
        self.bodies[object_name] = data

    def bucket_exists(self, _bucket: str) -> bool:
        return False

    def make_bucket(self, _bucket: str) -> None:
        self.made = self.makes
        if self.beaten:
            raise S3Error(None, "BucketAlreadyOwnedByYou", "", "", "", "")  # type: ignore[arg-type]


@pytest.mark.parametrize("beaten", [False, True])
async def test_the_first_write_makes_the_bucket(*, beaten: bool) -> None:
    client: Any = Strict(beaten=beaten)
    ref = await Objects(client, "paperbus").put("pdf", b"%PDF", "application/pdf")
    assert client.bodies == {ref.key: b"%PDF"}


async def test_a_bucket_that_cannot_be_made_is_no_endless_work() -> None:
    client: Any = Strict(makes=False)
    with pytest.raises(Terminal, match="NoSuchBucket"):
        await Objects(client, "paperbus").put("pdf", b"%PDF", "application/pdf")
