"""The real server: a live stream over HTTP, and a stop that does not wait for it."""

import asyncio
import socket

import httpx
import pytest

from common.errors import UsageError
from common.events import PaperAnnounced, PaperMeta
from fakes_gateway import World
from gateway import app, server
from gateway.edge import Edge
from gateway.frames import Frame
from gateway.gate import LOCAL_NAMES, Gate
from gateway.hub import QUEUE, Hub
from gateway.live import COME_BACK_MS

FACT = PaperAnnounced(paper="arxiv:2401.00001", version=1, meta=PaperMeta(title="T"))


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stop that waited for a stream would wait for an hour."""
    monkeypatch.setattr(server, "GRACE_S", 3600)


class Running:
    def __init__(self, *, stuck_s: float = 60.0) -> None:
        self.world, self.stopping = World(), asyncio.Event()
        self.hub = Hub(self.world.bus, max_clients=2)
        gate = Gate("", hosts=LOCAL_NAMES)
        self.listener = server.bind("127.0.0.1", 0, stuck_s=stuck_s)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        made = Edge(app.create(self.world.stores(), self.hub, gate), gate)
        self.tasks = asyncio.gather(
            self.hub.run(), server.serve(made, self.listener, self.hub, self.stopping)
        )

    async def stop(self) -> None:
        self.stopping.set()
        await asyncio.wait_for(self.tasks, 60)


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
    async with httpx.AsyncClient(base_url=running.url, timeout=60) as client:
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
            await running.stop()


async def test_streams_are_limited_and_wrong_cursors_refused() -> None:
    running = Running()
    async with httpx.AsyncClient(base_url=running.url, timeout=60) as client:
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


async def test_a_stop_tells_when_to_come_back() -> None:
    running = Running()
    async with (
        httpx.AsyncClient(base_url=running.url, timeout=60) as client,
        client.stream("GET", "/api/v1/events") as answer,
    ):
        lines = answer.aiter_lines()
        assert await anext(lines) == "retry: 3000"
        running.stopping.set()
        rest = [line async for line in lines if line.startswith("retry:")]
    await asyncio.wait_for(running.tasks, 60)
    assert len(rest) == 1
    low, high = COME_BACK_MS
    assert low <= int(rest[0].removeprefix("retry: ")) <= high


async def test_a_client_that_never_reads_is_small_and_cut_off() -> None:
    running = Running(stuck_s=1.0)
    async with httpx.AsyncClient(base_url=running.url, timeout=60) as client:
        await client.get("/health/live")  # it listens
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        deaf.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, running.listener.getsockname())
        await loop.sock_sendall(deaf, b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        async with asyncio.timeout(60):
            while running.hub.clients == 0:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            while running.hub.clients:
                for _ in range(200):
                    running.hub.publish(Frame(running.hub.position + 1, b"x" * 1000))
                await asyncio.sleep(0.02)
                assert all(len(one.queue) <= QUEUE for one in running.hub._clients)
    await running.stop()
