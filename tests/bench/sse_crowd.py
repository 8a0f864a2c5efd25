"""``python sse_crowd.py PORT CLIENTS``: many live clients in one process, some slow, some asleep.

Of ten clients one sleeps (it never reads), one is slow (it reads a few bytes a second), and the
others read all there is. Who is sent away comes back with the last id it has, as a browser does.
Says every second in one line of JSON how they fare.
"""

import asyncio
import contextlib
import json
import re
import socket
import sys
from dataclasses import asdict, dataclass

EVERY_S = 1.0
COME_BACK_S = 1.0
SMALL_BUFFER = 4096
"""Of the slow ones, so that it is the gateway that must hold what they do not read."""
SIP, SIP_EVERY_S = 64, 2.0
GULP = 1 << 16
ID = re.compile(rb"^id: ?(\d+)$", re.MULTILINE)


@dataclass
class Crowd:
    """How all of them fare."""

    open: int = 0
    opened: int = 0
    refused: int = 0
    resets: int = 0
    events: int = 0
    megabytes: float = 0.0


class Client:
    """One live client; ``kind`` is eager, slow or asleep."""

    def __init__(self, port: int, kind: str, crowd: Crowd) -> None:
        self._port = port
        self._kind = kind
        self._crowd = crowd
        self._last = ""

    async def run(self) -> None:
        """Listen for ever."""
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._once()
            await asyncio.sleep(COME_BACK_S)

    async def _once(self) -> None:
        reader, writer = await asyncio.open_connection(sock=await self._connected(), limit=GULP)
        since = f"Last-Event-ID: {self._last}\r\n" if self._last else ""
        head = f"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n{since}\r\n"
        writer.write(head.encode())
        try:
            status = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in status[:20]:
                self._crowd.refused += 1
                return
            self._crowd.opened += 1
            self._crowd.open += 1
            try:
                await self._listen(reader)
            finally:
                self._crowd.open -= 1
        finally:
            writer.close()

    async def _connected(self) -> socket.socket:
        sock = socket.socket()
        sock.setblocking(False)
        if self._kind != "eager":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", self._port))
        return sock

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        if self._kind == "asleep":
            await asyncio.Event().wait()
        is_slow = self._kind == "slow"
        tail = b""
        while chunk := await reader.read(SIP if is_slow else GULP):
            text = tail + chunk
            whole, _, tail = text.rpartition(b"\n")
            self._take(whole + b"\n" if whole else b"", len(chunk))
            if is_slow:
                await asyncio.sleep(SIP_EVERY_S)

    def _take(self, lines: bytes, size: int) -> None:
        found = ID.findall(lines)
        if found:
            self._last = found[-1].decode()
        self._crowd.events += len(found)
        self._crowd.resets += lines.count(b"event: reset")
        self._crowd.megabytes += size / 1e6


async def main(port: int, clients: int) -> None:
    """Open them one after the other, and tell of them for ever."""
    crowd = Crowd()
    tasks = []
    for number in range(clients):
        kind = {0: "asleep", 1: "slow"}.get(number % 10, "eager")
        tasks.append(asyncio.create_task(Client(port, kind, crowd).run()))
        await asyncio.sleep(0.002)
    while True:
        print(json.dumps(asdict(crowd)), flush=True)
        await asyncio.sleep(EVERY_S)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
