"""The records of deliveries in their bucket, each changed by compare-and-set only."""

from typing import NamedTuple

import msgspec

from common.kv import parts_of
from common.watches import (
    RECORDS,
    Delivery,
    Disabled,
    Moment,
    Watch,
    Webhook,
    decode_delivery,
    disabled_key,
    open_key,
    record_key,
)
from common.watches.delivery import OPEN
from notifier.ports import Bucket
from notifier.webhook import place_sha256


class Held(NamedTuple):
    """A record and the revision that guards its next one."""

    delivery: Delivery
    revision: int


class Name(NamedTuple):
    """What identifies a delivery: nobody is told of the same paper twice for the same reason."""

    watch: str
    paper: str
    moment: Moment


class Records:
    """The bucket ``deliveries``; the notifier alone writes it. Methods raise Unavailable."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    async def begin(self, delivery: Delivery) -> Held | None:
        """Create the record, its marker first so that a crash leaves a trace; None: it is there."""
        name = Name(delivery.watch, delivery.paper, delivery.moment)
        if await self.get(name) is not None:
            return None
        await self._bucket.put(open_key(*name), b"")
        revision = await self._bucket.create(record_key(*name), _encode(delivery))
        return None if revision is None else Held(delivery, revision)

    async def get(self, name: Name) -> Held | None:
        """The record, or None."""
        entry = await self._bucket.get(record_key(*name))
        return None if entry is None else Held(decode_delivery(entry.value), entry.revision)

    async def change(self, held: Held, delivery: Delivery) -> Held | None:
        """Store the next state; None when somebody else has changed it since."""
        name = record_key(delivery.watch, delivery.paper, delivery.moment)
        revision = await self._bucket.update(name, _encode(delivery), held.revision)
        return None if revision is None else Held(delivery, revision)

    async def close(self, name: Name) -> None:
        """Take the marker away: nothing is left to do."""
        await self._bucket.delete(open_key(*name))

    async def still_open(self) -> list[Name]:
        """All deliveries that have not ended."""
        found = [parts_of(key)[1:] for key in await self._bucket.keys(f"{OPEN}.")]
        return [
            Name(watch, paper, "summary" if moment == "summary" else "embedded")
            for watch, paper, moment in found
        ]

    async def disable(self, watch: Watch, at: str) -> None:
        """Remember that the receiver of a watch is gone."""
        if isinstance(watch.channel, Webhook):
            gone = Disabled(watch=watch.id, place_sha256=place_sha256(watch.channel), at=at)
            await self._bucket.put(disabled_key(watch.id), msgspec.json.encode(gone))

    async def is_disabled(self, watch: Watch) -> bool:
        """Whether its receiver is gone; a watch with another address is fresh."""
        if not isinstance(watch.channel, Webhook):
            return False
        entry = await self._bucket.get(disabled_key(watch.id))
        if entry is None:
            return False
        gone = msgspec.json.decode(entry.value, type=Disabled)
        return gone.place_sha256 == place_sha256(watch.channel)

    async def all(self, watch: str = "") -> list[Delivery]:
        """Every record, of one watch if it is given, oldest first."""
        found = [
            decode_delivery(entry.value) for _, entry in await self._bucket.items(f"{RECORDS}.")
        ]
        chosen = [one for one in found if not watch or one.watch == watch]
        return sorted(chosen, key=lambda one: one.created)


def _encode(delivery: Delivery) -> bytes:
    return msgspec.json.encode(delivery)
