"""``python -m chaos.kit.proxy``: TCP between a service and what it needs, spoiled on demand.

One JSON object a line on the control port: ``{"latency_s": 0.2}``, ``{"black_hole": true}``
(nothing passes until it is false), ``{"refuse": true}`` (connections are reset),
``{"reset": true}`` (reset those that are open, once), ``{"corrupt": true}`` (a bit of each answer
is turned), ``{"drop_one": true}`` (one open connection goes silent for good). The answer says how
many connections are open and how many were ever made.
"""

import argparse
import asyncio
import contextlib
import json
import random
import socket
import struct
import sys
from typing import Any

CHUNK = 65536


class Link:
    """One connection through the proxy."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.ends = (near, far)
        self.is_silent = False

    def reset(self) -> None:
        """Close both ends the hard way."""
        for writer in self.ends:
            _reset(writer)


class Proxy:
    """Passes bytes on, as well as it is told to."""

    def __init__(self, host: str, port: int, seed: int) -> None:
        self._target = (host, port)
        self._latency_s = 0.0
        self._refuses = False
        self._corrupts = False
        self._open = asyncio.Event()
        self._open.set()
        self._links: set[Link] = set()
        self._made = 0
        self._random = random.Random(seed)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refuses:
            _reset(writer)
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            _reset(writer)
            return
        link = Link(writer, far_writer)
        self._links.add(link)
        self._made += 1
        try:
            await asyncio.gather(
                self._pump(reader, far_writer, link),
                self._pump(far_reader, writer, link, back=True),
            )
        finally:
            self._links.discard(link)

    async def _pump(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        link: Link,
        *,
        back: bool = False,
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK):
                if self._latency_s:
                    await asyncio.sleep(self._latency_s)
                await self._open.wait()
                if self._corrupts and back:
                    data = data[:-1] + bytes((data[-1] ^ 1,))
                if not link.is_silent:
                    sink.write(data)
                    await sink.drain()
        if not link.is_silent:
            sink.close()

    async def told(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            self.apply(json.loads(line))
            answer = {"open": len(self._links), "made": self._made}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()

    def apply(self, order: dict[str, Any]) -> None:
        self._latency_s = float(order.get("latency_s", self._latency_s))
        self._refuses = bool(order.get("refuse", self._refuses))
        self._corrupts = bool(order.get("corrupt", self._corrupts))
        if "black_hole" in order:
            (self._open.clear if order["black_hole"] else self._open.set)()
        if order.get("reset") or order.get("refuse"):
            for link in list(self._links):
                link.reset()
        whole = [link for link in self._links if not link.is_silent]
        if order.get("drop_one") and whole:
            self._random.choice(sorted(whole, key=id)).is_silent = True


def _reset(writer: asyncio.StreamWriter) -> None:
    end: socket.socket | None = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        if end is not None:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def tell(control_port: int, **order: Any) -> dict[str, int]:
    """Give one order to the proxy with this control port."""
    with socket.create_connection(("127.0.0.1", control_port), 10) as control:
        control.sendall(json.dumps(order).encode() + b"\n")
        answer: dict[str, int] = json.loads(control.makefile().readline())
        return answer


async def _serve(listen: int, target: int, control: int, seed: int) -> None:
    proxy = Proxy("127.0.0.1", target, seed)
    data = await asyncio.start_server(proxy.connected, "127.0.0.1", listen)
    orders = await asyncio.start_server(proxy.told, "127.0.0.1", control)
    async with data, orders:
        await asyncio.Event().wait()


def main() -> int:
    parser = argparse.ArgumentParser()
    for name in ("--listen", "--target", "--control"):
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    asyncio.run(_serve(chosen.listen, chosen.target, chosen.control, chosen.seed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
