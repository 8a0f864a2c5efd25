"""The real server: a live stream over HTTP, and a stop that does not wait for it."""

import asyncio
import socket
import time

import httpx
import pytest

from common.errors import UsageError
from common.events import PaperAnnounced, PaperMeta
from fakes_gateway import World
from gateway import app, server
from gateway.edge import Edge
from gateway.gate import LOCAL_NAMES, Gate
from gateway.hub import Hub

FACT = PaperAnnounced(paper="arxiv:2401.00001", version=1, meta=PaperMeta(title="T"))


class Running:
    def __init__(self) -> None:
        self.world, self.stopping = World(), asyncio.Event()
        self.hub = Hub(self.world.bus, max_clients=2)
        gate = Gate("", hosts=LOCAL_NAMES)
        self.listener = server.bind("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        made = Edge(app.create(self.world.stores(), self.hub, gate), gate)
        self.tasks = asyncio.gather(
            self.hub.run(), server.serve(made, self.listener, self.hub, self.stopping)
        )

    async def stop(self) -> float:
        started = time.monotonic()
        self.stopping.set()
        await asyncio.wait_for(self.tasks, 9)
        return time.monotonic() - started


async def until(lines: httpx.Response, wanted: str) -> list[str]:
    seen = []
    async for line in lines.aiter_lines():
        seen.append(line)
        if line.startswith(wanted):
            break
    return seen


async def test_the_stream_over_http_resumes_and_a_stop_ends_it() -> None:
    running = Running()
    seq = running.world.bus.state(FACT, skip=4)
    async with httpx.AsyncClient(base_url=running.url, timeout=10) as client:
        async with client.stream("GET", "/api/v1/events?last_event_id=0") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["cache-control"] == "no-cache"
            assert answer.headers["x-accel-buffering"] == "no"
            assert "content-encoding" not in answer.headers
            seen = await until(answer, "data:")
        assert seen[:3] == ["retry: 3000", "", f"id: {seq}"]
        headers = {"Last-Event-ID": str(seq)}
        async with client.stream(
            "GET", "/api/v1/events?last_event_id=0", headers=headers
        ) as answer:
            later = running.world.bus.state(FACT, skip=4)
            await running.world.bus.wake()
            assert f"id: {later}" in await until(answer, "data:")
            assert f"id: {seq}" not in seen[3:]
            assert await running.stop() < 3


async def test_streams_are_limited_and_wrong_cursors_refused() -> None:
    running = Running()
    async with httpx.AsyncClient(base_url=running.url, timeout=10) as client:
        for wrong in ("x", "-1", "1.5", str(2**80)):
            answer = await client.get(f"/api/v1/events?last_event_id={wrong}")
            assert answer.status_code == 400
            answer = await client.get("/api/v1/events", headers={"Last-Event-ID": wrong})
            assert answer.status_code == 400
        async with (
            client.stream("GET", "/api/v1/events") as one,
            client.stream("GET", "/api/v1/events") as two,
        ):
            assert one.status_code == two.status_code == 200
            await until(one, "id:")
            await until(two, "id:")
            answer = await client.get("/api/v1/events")
            assert answer.status_code == 429
            assert int(answer.headers["retry-after"]) > 0
    await running.stop()


def test_a_busy_port_is_said_plainly() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"{port} on 127.0.0.1 is used by another program"):
            server.bind("127.0.0.1", port)
