"""The backends of the contract: ours, qdrant-client's local mode, Qdrant."""

import uuid
from collections.abc import Iterator

import pytest
from qdrant_client import QdrantClient

from vector_servers import Backend, Server, create_papers, real_url


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of ours that no test may stop."""
    server = Server(tmp_path_factory.mktemp("vectors")).start()
    yield server.url
    assert server.stop() == 0


@pytest.fixture(scope="module", params=["standalone", "memory", "qdrant"])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    if request.param == "memory":
        client = QdrantClient(":memory:")
        yield Backend("memory", client)
        client.close()
    elif request.param == "standalone":
        url = request.getfixturevalue("ours")
        client = QdrantClient(url=url, timeout=60, check_compatibility=False)
        yield Backend("standalone", client, url)
        client.close()
    else:
        for url in real_url():
            client = QdrantClient(url=url, timeout=60, check_compatibility=False)
            yield Backend("qdrant", client, url)
            client.close()


@pytest.fixture
def client(backend: Backend) -> QdrantClient:
    return backend.client


@pytest.fixture
def name(client: QdrantClient) -> Iterator[str]:
    chosen = f"c-{uuid.uuid4().hex[:8]}"
    yield chosen
    client.delete_collection(chosen)


@pytest.fixture(scope="module")
def papers(backend: Backend) -> Iterator[str]:
    """Five papers that all tests read and none changes."""
    name = f"papers-{uuid.uuid4().hex[:8]}"
    yield create_papers(backend.client, name)
    backend.client.delete_collection(name)


@pytest.fixture
def own(client: QdrantClient, name: str) -> str:
    """Five papers that one test may change."""
    return create_papers(client, name)
