"""How far each durable is: noted before a stream is cut, and put back after it is restored."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import msgspec

from common import topology
from common.advisories import REAPERS, Reaper
from common.snapshots import asked
from common.topology import Consumer

if TYPE_CHECKING:
    from nats.aio.client import Client


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """Up to which sequence a durable has settled everything."""

    stream: str
    durable: str
    seq: int


async def floors(nc: "Client") -> list[Floor]:
    """Where every durable stands; one that is missing is left out."""
    return [
        Floor(stream=one.stream, durable=one.durable, seq=int(told["ack_floor"]["stream_seq"]))
        async for one, told in _durables(nc)
    ]


async def takers(nc: "Client") -> list[str]:
    """The durables that somebody asks for messages at this moment."""
    return [one.durable async for one, told in _durables(nc) if told.get("num_waiting")]


async def set_floor(nc: "Client", floor: Floor) -> None:
    """Let a durable go on behind its floor; an older server leaves it at the beginning."""
    place = f"{floor.stream}.{floor.durable}"
    if floor.seq:
        await asked(nc, f"CONSUMER.RESET.{place}", {"seq": floor.seq + 1})


async def _durables(nc: "Client") -> AsyncIterator[tuple[Consumer | Reaper, dict[str, Any]]]:
    """Each durable that is there, with what the server tells of it."""
    every: tuple[Consumer | Reaper, ...] = (*topology.CONSUMERS, *REAPERS)
    for one in every:
        told = await asked(nc, f"CONSUMER.INFO.{one.stream}.{one.durable}", {})
        if told is not None:
            yield one, told
