"""Objects on SeaweedFS, as the standalone system runs it."""

import asyncio
import hashlib

import msgspec
import pytest

from common import objectfiles, objects
from common.archive import Archived, parts
from common.errors import Unavailable
from common.events import ObjectRef
from common.objects import ObjectMissing, Objects
from common.secret import Secret
from common.settings import ObjectsSettings
from unheard import port_of, unheard

pytestmark = pytest.mark.connected


@pytest.fixture
async def store(object_store: ObjectsSettings) -> Objects:
    made = objects.connect(object_store)
    await made.ensure_bucket()
    await made.ensure_bucket()
    return made


def overwrite(store: Objects, key: str, body: bytes) -> None:
    store._write(key, body, "application/pdf", "", anew=True)


async def test_a_body_lies_under_its_digest(store: Objects) -> None:
    body = b"%PDF one"
    digest = hashlib.sha256(body).hexdigest()
    ref = await store.put("pdf", body, "application/pdf")
    assert ref == ObjectRef(key=f"pdf/{digest[:2]}/{digest}", sha256=digest, size_bytes=8)
    assert await store.get(ref) == body
    assert await store.ref(ref.key) == ref


async def test_the_same_again_is_success(store: Objects) -> None:
    refs = await asyncio.gather(*(store.put("pdf", b"same", "application/pdf") for _ in range(8)))
    assert len(set(map(str, refs))) == 1
    assert list(await store.sizes(refs[0].key)) == [refs[0].key]


@pytest.mark.parametrize("body", [b"", b"\x00" * 10, b"x" * 6_000_000])
async def test_bodies_of_any_size(store: Objects, body: bytes) -> None:
    ref = await store.put("any", body, "application/octet-stream")
    assert await store.get(ref) == body
    assert ref.size_bytes == len(body)


async def test_what_is_gone_is_missing(store: Objects) -> None:
    ref = ObjectRef(key="pdf/no/such", sha256="0" * 64, size_bytes=1)
    with pytest.raises(ObjectMissing, match="not in the store"):
        await store.get(ref)
    assert await store.find(ref.key) is None
    assert await store.ref(ref.key) is None


async def test_a_damaged_body_is_missing_until_it_is_put_again(store: Objects) -> None:
    ref = await store.put("pdf", b"what it was", "application/pdf")
    await asyncio.to_thread(overwrite, store, ref.key, b"something else")
    with pytest.raises(ObjectMissing, match="damaged"):
        await store.get(ref)
    assert await store.put("pdf", b"what it was", "application/pdf") == ref
    assert await store.get(ref) == b"what it was"


async def test_one_of_racing_writers_wins(store: Objects) -> None:
    bodies = [b"writer %d" % number for number in range(12)]
    refs = await asyncio.gather(*(store.put_at("made/one", b, "text/plain") for b in bodies))
    assert len(set(map(str, refs))) == 1
    there = await store.find("made/one")
    assert there in bodies
    assert refs[0].sha256 == hashlib.sha256(there or b"").hexdigest()


async def test_the_first_writer_stays(store: Objects) -> None:
    first = await store.put_at("made/two", b"first", "text/plain")
    assert await store.put_at("made/two", b"second", "text/plain") == first
    assert await store.get(first) == b"first"


async def test_odd_keys_and_lists(store: Objects) -> None:
    keys = ["list/a b", "list/c/d+e", "list/é", "list/x%2Fy", "listed/other"]
    for key in keys:
        await store.put_at(key, key.encode(), "text/plain")
    assert sorted(await store.sizes("list/")) == sorted(keys[:4])
    assert [await store.find(key) for key in keys] == [key.encode() for key in keys]
    assert list(await store.sizes("nothing/")) == []


async def test_a_wrong_key_names_the_setting(object_store: ObjectsSettings) -> None:
    wrong = msgspec.structs.replace(object_store, s3_secret_key=Secret("canary77"))
    with pytest.raises(Unavailable, match="S3_ACCESS_KEY") as caught:
        await objects.connect(wrong).find("x")
    assert "canary77" not in str(caught.value)


async def test_a_store_that_does_not_answer_is_unavailable() -> None:
    with unheard() as held:
        nowhere = objects.connect(ObjectsSettings(s3_url=f"http://127.0.0.1:{port_of(held)}"))
        with pytest.raises(Unavailable, match="objects"):
            await nowhere.put("pdf", b"x", "application/pdf")


async def test_a_bucket_that_is_not_there_keeps_nothing(object_store: ObjectsSettings) -> None:
    other = msgspec.structs.replace(object_store, s3_bucket="another-bucket")
    assert await objects.connect(other).find("x") is None


async def test_a_body_is_read_from_the_archive_when_it_is_not_here(s3: ObjectsSettings) -> None:
    plain = objects.connect(s3)
    ref = await plain.put("pdf", b"%PDF old", "application/pdf")
    with_archive = msgspec.structs.replace(s3, s3_archive_bucket=f"{s3.s3_bucket[:50]}-old")
    store = objects.connect(with_archive)
    assert isinstance(store, Archived)
    assert await parts(store) == [store.here], "nothing was moved yet, so there is no bucket"
    assert await store.sizes("") == await plain.sizes("")
    await store.archive.put("pdf", b"%PDF old", "application/pdf")
    assert len(await parts(store)) == 2
    await plain.remove(ref.key)
    assert await store.get(ref) == b"%PDF old"
    assert await store.sizes("pdf/") == {ref.key: 8}
    assert await objectfiles.digest(store, ref.key) == ref.sha256
    fresh = await store.put("pdf", b"%PDF new", "application/pdf")
    assert await plain.find(fresh.key) == b"%PDF new", "what is new is written here"
    await store.remove(ref.key)
    assert await store.find(ref.key) is None
