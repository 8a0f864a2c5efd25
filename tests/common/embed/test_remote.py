"""An OpenAI-compatible endpoint as embedder, against a small server."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest

from common.embed.factory import create
from common.embed.remote import RemoteEmbedder, client
from common.errors import Terminal, Unavailable, UsageError
from common.secret import Secret
from common.settings import EmbedSettings


class Endpoint:
    """Answers /v1/embeddings with vectors of ``dim``, or with ``status``."""

    def __init__(self) -> None:
        self.status = 200
        self.headers = ""
        self.dim = 3
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        size = int(head.split("content-length: ")[1].split("\r\n")[0])
        body = json.loads(await reader.readexactly(size))
        self.asked.append(body)
        self.keys.append(head.split("authorization: ")[1].split("\r\n")[0])
        rows = [
            {"object": "embedding", "index": n, "embedding": [float(n + 1)] * self.dim}
            for n in range(len(body["input"]))
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        answer = json.dumps({"object": "list", "model": "m", "data": rows[::-1], "usage": usage})
        writer.write(
            f"HTTP/1.1 {self.status} X\r\nContent-Type: application/json\r\n{self.headers}"
            f"Connection: close\r\nContent-Length: {len(answer)}\r\n\r\n{answer}".encode()
        )
        await writer.drain()
        writer.close()


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    endpoint = Endpoint()
    server = await asyncio.start_server(endpoint.serve, "127.0.0.1", 0)
    endpoint.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    yield endpoint
    server.close()
    await server.wait_closed()


def settings(endpoint: Endpoint, dimensions: int = 0) -> EmbedSettings:
    return EmbedSettings(
        embedding_kind="openai",
        embedding_model="some-model",
        embedding_base_url=endpoint.url,
        embedding_api_key=Secret("k3y"),
        embedding_dimensions=dimensions,
    )


async def test_vectors_in_order_and_of_unit_length(endpoint: Endpoint) -> None:
    embedder = await create(settings(endpoint))
    assert (embedder.model, embedder.dim) == ("some-model", 3)
    found = await embedder.embed([str(n) for n in range(70)])
    assert found.shape == (70, 3)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert [len(body["input"]) for body in endpoint.asked] == [1, 64, 6]
    assert "dimensions" not in endpoint.asked[0]
    assert set(endpoint.keys) == {"bearer k3y"}
    assert (await embedder.embed([])).shape == (0, 3)
    await embedder.close()


async def test_asked_dimensions_are_sent_and_checked(endpoint: Endpoint) -> None:
    embedder = await create(settings(endpoint, dimensions=4))
    with pytest.raises(UsageError, match="3 numbers a text, not 4"):
        await embedder.embed(["a"])
    assert endpoint.asked[0]["dimensions"] == 4
    await embedder.close()


ERRORS = [
    (400, "", Terminal, None),
    (401, "", Unavailable, None),
    (404, "", Unavailable, None),
    (429, "Retry-After: 7\r\n", Unavailable, 7.0),
    (503, "Retry-After: soon\r\n", Unavailable, None),
]


@pytest.mark.parametrize(("status", "headers", "kind", "delay_s"), ERRORS)
async def test_errors(
    endpoint: Endpoint, status: int, headers: str, kind: type[Exception], delay_s: float | None
) -> None:
    endpoint.status, endpoint.headers = status, headers
    embedder = RemoteEmbedder(client(endpoint.url, ""), "m", 3)
    with pytest.raises(kind) as caught:
        await embedder.embed(["a"])
    assert getattr(caught.value, "delay_s", None) == delay_s
    assert len(endpoint.asked) == 1
    await embedder.close()


async def test_no_server() -> None:
    embedder = RemoteEmbedder(client("http://127.0.0.1:9/v1", ""), "m", 3)
    with pytest.raises(Unavailable, match="embeddings"):
        await embedder.embed(["a"])
    await embedder.close()
