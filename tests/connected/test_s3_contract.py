"""The features of S3 that paperbus stands on, on our server and on the one in ``S3_URL``."""

import hashlib
import io
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from minio import Minio
from minio.error import S3Error

from common.secret import Secret
from common.settings import ObjectsSettings
from servers import s3_server

pytestmark = pytest.mark.connected

EXTERNAL = os.environ.get("S3_URL", "")


@pytest.fixture(scope="module", params=["ours", "external"])
def settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ObjectsSettings]:
    if request.param == "external":
        if not EXTERNAL:
            pytest.skip("S3_URL names no other server")
        yield ObjectsSettings(
            s3_url=EXTERNAL,
            s3_access_key=Secret(os.environ.get("S3_ACCESS_KEY", "")),
            s3_secret_key=Secret(os.environ.get("S3_SECRET_KEY", "")),
        )
        return
    with s3_server(tmp_path_factory.mktemp("s3")) as found:
        yield found


@pytest.fixture(scope="module")
def client(settings: ObjectsSettings) -> Minio:
    url = urlsplit(settings.s3_url)
    return Minio(
        url.netloc,
        access_key=settings.s3_access_key.reveal(),
        secret_key=settings.s3_secret_key.reveal(),
        secure=url.scheme == "https",
        region=settings.s3_region,
    )


@pytest.fixture(scope="module")
def bucket(client: Minio) -> Iterator[str]:
    name = f"contract-{uuid.uuid4().hex[:12]}"
    client.make_bucket(name)
    yield name
    for found in client.list_objects(name, recursive=True):
        client.remove_object(name, found.object_name or "")
    client.remove_bucket(name)


def put(client: Minio, bucket: str, key: str, body: bytes, **headers: str) -> str:
    """The code of the error, empty when it was stored."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        client._put_object(bucket_name=bucket, object_name=key, data=body, headers=dict(names))
    except S3Error as error:
        return str(error.code)
    return ""


def get(client: Minio, bucket: str, key: str) -> bytes:
    response = client.get_object(bucket, key)
    try:
        return bytes(response.read())
    finally:
        response.close()
        response.release_conn()


REFUSED = ("PreconditionFailed", "ConditionalRequestConflict")


def test_a_conditional_put_keeps_what_is_there(client: Minio, bucket: str) -> None:
    assert put(client, bucket, "once", b"first", If_None_Match="*") == ""
    assert put(client, bucket, "once", b"second", If_None_Match="*") in REFUSED
    assert get(client, bucket, "once") == b"first"


def test_of_racing_conditional_puts_one_is_stored(client: Minio, bucket: str) -> None:
    def write(number: int) -> str:
        return put(client, bucket, "raced", b"%d" % number, If_None_Match="*")

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(write, range(24)))
    assert answers.count("") == 1
    assert get(client, bucket, "raced") == b"%d" % answers.index("")
    assert set(answers) - {""} <= set(REFUSED)


def test_a_plain_put_replaces(client: Minio, bucket: str) -> None:
    put(client, bucket, "again", b"first")
    assert put(client, bucket, "again", b"second") == ""
    assert get(client, bucket, "again") == b"second"


@pytest.mark.parametrize("size", [0, 1, 5_000_000])
def test_bodies_come_back_as_they_were(client: Minio, bucket: str, size: int) -> None:
    body = os.urandom(size)
    assert put(client, bucket, f"size/{size}", body) == ""
    assert hashlib.sha256(get(client, bucket, f"size/{size}")).digest() == (
        hashlib.sha256(body).digest()
    )


def test_headers_and_metadata_are_kept(client: Minio, bucket: str) -> None:
    headers = {"Content-Type": "application/pdf", "x-amz-meta-sha256": "abc"}
    put(client, bucket, "typed", b"x", **headers)
    found = client.stat_object(bucket, "typed")
    assert found.content_type == "application/pdf"
    assert {name.lower(): value for name, value in (found.metadata or {}).items()}[
        "x-amz-meta-sha256"
    ] == "abc"
    assert found.size == 1


def test_what_is_not_there_is_no_such_key(client: Minio, bucket: str) -> None:
    with pytest.raises(S3Error) as caught:
        client.get_object(bucket, "no/such")
    assert caught.value.code in ("NoSuchKey", "NoSuchObject")


def test_lists_by_prefix_are_complete(client: Minio, bucket: str) -> None:
    keys = sorted(f"list/{n % 10}/{n:04d}" for n in range(250))
    for key in keys:
        put(client, bucket, key, b"")
    found = sorted(
        o.object_name or "" for o in client.list_objects(bucket, "list/", recursive=True)
    )
    assert found == keys


def test_large_uploads_in_parts(client: Minio, bucket: str) -> None:
    body = os.urandom(11_000_000)
    client.put_object(bucket, "parts", io.BytesIO(body), -1, part_size=5 * 1024 * 1024)
    assert get(client, bucket, "parts") == body


def test_a_wrong_secret_is_refused(settings: ObjectsSettings, bucket: str) -> None:
    url = urlsplit(settings.s3_url)
    stranger = Minio(
        url.netloc,
        access_key=settings.s3_access_key.reveal(),
        secret_key="wrong-wrong-wrong",
        secure=url.scheme == "https",
        region=settings.s3_region,
    )
    assert put(stranger, bucket, "x", b"") == "SignatureDoesNotMatch"


def test_nobody_reads_without_a_key(settings: ObjectsSettings, bucket: str, client: Minio) -> None:
    put(client, bucket, "private", b"x")
    url = urlsplit(settings.s3_url)
    nobody = Minio(url.netloc, secure=url.scheme == "https", region=settings.s3_region)
    with pytest.raises(S3Error, match="AccessDenied"):
        nobody.get_object(bucket, "private")
