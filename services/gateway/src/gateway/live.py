"""The bytes of one live stream: what was missed, then what happens, without gap or repeat."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import NamedTuple

from gateway import frames
from gateway.frames import Frame
from gateway.hub import Client, Hub

PING_S = 15.0
COME_BACK_MS = (500, 3000)
CHUNK = 100


class Pace(NamedTuple):
    """How long a stream lasts, and how often it shows that it is alive."""

    max_age_s: float = 1800.0
    ping_s: float = PING_S


async def stream(hub: Hub, last_event_id: int | None, pace: Pace) -> AsyncGenerator[bytes, None]:
    """Chunks to send; ends when the hub closes, the client is too slow, or by age."""
    until = asyncio.get_running_loop().time() + pace.max_age_s
    async with aclosing(_stream(hub, last_event_id, until, pace.ping_s)) as chunks:
        async for chunk in chunks:
            yield chunk
    if hub.closing.is_set():
        yield farewell()


def farewell() -> bytes:
    """When to come back to a gateway that is being started anew; not all in the same moment."""
    return b"retry: %d\n\n" % random.randint(*COME_BACK_MS)


async def _stream(
    hub: Hub, last_event_id: int | None, until: float, ping_s: float
) -> AsyncGenerator[bytes, None]:
    if not await _started(hub):
        return
    at, refusal = await hub.start_of(last_event_id)
    if refusal:
        yield frames.opening(None) + frames.reset(refusal, at)
        return
    yield frames.opening(at if last_event_id is None else None)
    # What is behind may fall out of the ring while the log is read, so this may take turns.
    while not hub.covers(at):
        async with aclosing(_paced(hub, hub.behind(at), ping_s)) as past:
            async for frame in past:
                yield frames.PING if frame is None else frame.body
                at = at if frame is None else frame.seq
                if hub.covers(at) or _now() > until:
                    break
        if hub.closing.is_set() or _now() > until:
            return
    async with aclosing(_follow(hub, at, until, ping_s)) as present:
        async for chunk in present:
            yield chunk


async def _started(hub: Hub) -> bool:
    """Wait until the hub knows the log; False when it closes before that."""
    waits = [asyncio.create_task(event.wait()) for event in (hub.started, hub.closing)]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return not hub.closing.is_set()


async def _paced(
    hub: Hub, source: AsyncGenerator[Frame, None], ping_s: float
) -> AsyncGenerator[Frame | None, None]:
    """Items of ``source``, or None after each silent ``ping_s``; ends when the hub closes."""
    closing = asyncio.create_task(hub.closing.wait())
    following: asyncio.Future[Frame] = asyncio.ensure_future(anext(source))
    try:
        while not hub.closing.is_set():
            await asyncio.wait(
                (following, closing), timeout=ping_s, return_when=asyncio.FIRST_COMPLETED
            )
            if not following.done():
                yield None
                continue
            frame = following.result()
            following = asyncio.ensure_future(anext(source))
            yield frame
            await asyncio.sleep(0)
    except StopAsyncIteration:
        return
    finally:
        closing.cancel()
        following.cancel()
        await asyncio.gather(closing, following, return_exceptions=True)
        await source.aclose()


async def _follow(hub: Hub, at: int, until: float, ping_s: float) -> AsyncGenerator[bytes, None]:
    client, missed = hub.join(at)
    try:
        for start in range(0, len(missed), CHUNK):
            part = missed[start : start + CHUNK]
            at = part[-1].seq
            yield b"".join(frame.body for frame in part)
            await asyncio.sleep(0)
        while not hub.closing.is_set() and _now() < until:
            await _woken(client, min(ping_s, until - _now()))
            if client.lost:
                yield frames.reset("this client reads too slowly", None)
                return
            fresh = [frame for frame in client.take() if frame.seq > at]
            if not fresh:
                yield frames.PING
            # In parts, for what is handed to a client that does not read stays in memory.
            for start in range(0, len(fresh), CHUNK):
                at = fresh[start : start + CHUNK][-1].seq
                yield b"".join(frame.body for frame in fresh[start : start + CHUNK])
                await asyncio.sleep(0)
    finally:
        hub.leave(client)


async def _woken(client: Client, at_most_s: float) -> None:
    try:
        async with asyncio.timeout(max(0.0, at_most_s)):
            await client.wake.wait()
    except TimeoutError:
        return


def _now() -> float:
    return asyncio.get_running_loop().time()
