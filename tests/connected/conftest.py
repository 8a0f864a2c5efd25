"""Servers of a test's own, or of its module where they take long to start."""

import asyncio
import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from minio.error import S3Error

from common import objects
from common.settings import ObjectsSettings
from servers import Nats, nats_server, s3_server, vectors_server
from tiny_running import Service, apply, tiny


@pytest.fixture(scope="session")
def provisioned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a server has on its disk once all streams, durables and buckets are made.

    Making them takes longer than most tests; a server that begins with a copy has them at once.
    """
    with nats_server(tmp_path_factory.mktemp("provisioned"), durable=False) as server:
        asyncio.run(apply(server))
        server.stop()
    return server.store


@pytest.fixture
def nats(tmp_path: Path, provisioned: Path) -> Iterator[Nats]:
    """A server with all streams, durables and buckets, and nothing in them."""
    with nats_server(tmp_path / "nats", store=provisioned) as server:
        yield server


@pytest.fixture(scope="module")
def object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectsSettings]:
    """One SeaweedFS for all tests of a module, with nothing in it."""
    with s3_server(tmp_path_factory.mktemp("s3")) as settings:
        yield settings


@pytest.fixture
def s3(object_store: ObjectsSettings) -> Iterator[ObjectsSettings]:
    """A bucket of the test's own, still to be made; it goes with the test."""
    own = msgspec.structs.replace(object_store, s3_bucket=f"test-{uuid.uuid4().hex}")
    yield own
    with contextlib.suppress(S3Error):  # not every test makes it
        objects.connect(own)._client.remove_bucket(own.s3_bucket)


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a vector server of the module's own is."""
    with vectors_server(tmp_path_factory.mktemp("vectors")) as url:
        yield url


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer of the bus is waited for a second, for tests where none will come."""
    monkeypatch.setattr("common.batch.PUBLISH_TIMEOUT_S", 1.0)
    monkeypatch.setattr("common.stream.READ_TIMEOUT_S", 1.0)


@pytest.fixture
def service(tmp_path: Path, nats: Nats) -> Iterator[Service]:
    """The tiny service beside ``nats``, to be started."""
    with tiny(tmp_path / "service", nats) as made:
        yield made


@pytest.fixture
def empty_nats(tmp_path: Path) -> Iterator[Nats]:
    """A server as it is installed."""
    with nats_server(tmp_path / "nats") as server:
        yield server
