"""Asks a server over connections that are kept alive; a process of its own.

Standard input: ``{"port", "clients", "seconds", "requests": [[path, headers], …]}``; 0 seconds asks
each once and tells how long each took. Standard output: that, and how many answers in what time.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import uvloop


class Client(asyncio.Protocol):
    """One connection: the next question when the answer before is there."""

    def __init__(self, wanted: Iterator[bytes], until: float) -> None:
        self._wanted = wanted
        self._until = until
        self._buffer = b""
        self._asked = 0.0
        self.answers: list[tuple[float, int]] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self._transport = transport
        self._next()

    def _next(self) -> None:
        request = next(self._wanted, None)
        self._asked = time.perf_counter()
        if request is None or (self._until and self._asked > self._until):
            self._transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Wait for the whole body."""
        self._buffer = self._buffer + data if self._buffer else data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        told = self._buffer[:head].lower()
        at = told.find(b"content-length: ") + len("content-length: ")
        length = int(told[at:].split(b"\r\n", 1)[0])
        if len(self._buffer) < head + 4 + length:
            return
        took_ms = (time.perf_counter() - self._asked) * 1000
        self.answers.append((took_ms, int(self._buffer[9:12])))
        self._buffer = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """The server hung up."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server hung up"))


def encoded(path: str, headers: dict[str, str]) -> bytes:
    """One request."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode()


async def load(given: dict[str, Any]) -> dict[str, Any]:
    """Ask everything."""
    requests = [encoded(path, headers) for path, headers in given["requests"]]
    seconds: float = given["seconds"]
    wanted = itertools.cycle(requests) if seconds else iter(requests)
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    until = began + seconds if seconds else 0.0
    clients = [
        (await loop.create_connection(lambda: Client(wanted, until), "127.0.0.1", given["port"]))[1]
        for _ in range(given["clients"])
    ]
    await asyncio.gather(*(client.done for client in clients))
    took = time.perf_counter() - began
    answers = [one for client in clients for one in client.answers]
    return {
        "seconds": took,
        "answers": len(answers),
        "statuses": sorted({status for _, status in answers}),
        "took_ms": [] if seconds else [took_ms for took_ms, _ in answers],
    }


if __name__ == "__main__":
    print(json.dumps(uvloop.run(load(json.load(sys.stdin)))))
