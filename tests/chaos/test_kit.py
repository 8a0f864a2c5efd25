"""The injection kit does what it says: a fault that is none would prove nothing."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from chaos.kit import strike
from chaos.kit.able import needs, reason_against
from chaos.kit.disks import SmallDisk
from chaos.kit.proxy import Proxy


@asynccontextmanager
async def echo_through(proxy_seed: int = 1) -> AsyncIterator[tuple[Proxy, int]]:
    """A proxy before a server that says everything back."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    proxy = Proxy("127.0.0.1", server.sockets[0].getsockname()[1], proxy_seed)
    front = await asyncio.start_server(proxy.connected, "127.0.0.1", 0)
    async with server, front:
        yield proxy, front.sockets[0].getsockname()[1]


async def said(port: int, text: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(text)
        return await asyncio.wait_for(reader.read(100), 60)
    finally:
        writer.transport.abort()


async def test_bytes_pass_unchanged() -> None:
    async with echo_through() as (_, port):
        assert await said(port, b"hello") == b"hello"


async def test_latency_is_felt_both_ways() -> None:
    async with echo_through() as (proxy, port):
        proxy.apply({"latency_s": 0.1})
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert await said(port, b"hello") == b"hello"
        assert loop.time() - began >= 0.2


async def test_a_black_hole_keeps_everything_back_until_it_ends() -> None:
    async with echo_through() as (proxy, port):
        proxy.apply({"black_hole": True})
        asking = asyncio.create_task(said(port, b"hello"))
        done, _ = await asyncio.wait({asking}, timeout=0.3)
        assert not done
        proxy.apply({"black_hole": False})
        assert await asking == b"hello"


async def test_one_connection_goes_silent_and_others_do_not() -> None:
    async with echo_through() as (proxy, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"first")
        assert await reader.read(100) == b"first"
        proxy.apply({"drop_one": True})
        writer.write(b"second")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(100), 0.3)
        assert await said(port, b"other") == b"other"
        writer.transport.abort()


async def test_refused_reset_and_corrupt() -> None:
    async with echo_through() as (proxy, port):
        proxy.apply({"corrupt": True})
        assert await said(port, b"hello") == b"hell" + bytes((ord("o") ^ 1,))
        proxy.apply({"corrupt": False})
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"x")
        await reader.read(1)
        proxy.apply({"reset": True})
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(100), 60)
        writer.transport.abort()
        proxy.apply({"refuse": True})
        with pytest.raises(ConnectionResetError):
            await said(port, b"hello")


def test_what_cannot_be_injected_says_why() -> None:
    for what in ("mount", "strace", "loop", "faketime"):
        reason = reason_against(what)
        assert reason == "" or len(reason) > 10


@needs("mount")
def test_a_small_disk_fills_and_can_be_freed(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("disk") / "small"
    disk = SmallDisk(folder, "1m")
    try:
        disk.fill()
        with pytest.raises(OSError, match="No space left"):
            (folder / "more").write_bytes(bytes(8192))
        disk.free()
        (folder / "more").write_bytes(bytes(8192))
    finally:
        disk.close()


def test_the_processor_share_of_a_sleeper_is_small() -> None:
    assert strike.cpu_share([os.getpid()], 0.3)[os.getpid()] <= 1.5
    assert strike.resident_mb(os.getpid()) > 1
