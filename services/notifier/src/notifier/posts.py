"""One mail that is not about one paper: claimed, tried, written down, never sent twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from common.ids import message_id, parse_time, stamp
from common.kv import key
from common.watches import MAILS, Delivery, decode_delivery
from notifier.claims import handing_over
from notifier.metrics import NOTIFICATIONS
from notifier.policy import LEASE_S, Policy, after, ended, is_abandoned, is_due
from notifier.ports import Bucket
from notifier.records import Held
from notifier.teller import MAYBE_SENT
from notifier.telling import Handing, Outcome


class Sending(Protocol):
    """Sends a finished message."""

    async def post(self, address: str, content: bytes, handing: Handing, /) -> Outcome:
        """One try."""


class Posted(msgspec.Struct, frozen=True):
    """How a mail to one address stands."""

    state: str
    """sent, failed, unknown: ended · waiting: to be tried again · lost: somebody else has it"""
    wait_s: float = 0.0
    down: str = ""
    """The place that does not take anything now."""
    said: str = ""
    code: int = 0
    holds: tuple[str, ...] = ()
    """Ids of the deliveries that the mail tells of."""


class Posts:
    """The records ``mail.<name>.<address>`` of the deliveries; ``now`` gives the moment in UTC."""

    def __init__(
        self, bucket: Bucket, channel: Sending, *, policy: Policy, now: Callable[[], datetime]
    ) -> None:
        self._bucket = bucket
        self._channel = channel
        self._policy = policy
        self._now = now

    async def send(
        self, name: str, address: str, content: bytes, *, holds: tuple[str, ...] = ()
    ) -> Posted:
        """Go on with it as far as one try goes; raises Unavailable.

        ``holds`` is written down with the try, so that who comes later knows what was in the mail.
        """
        held = await self._claimed(name, address, holds)
        if isinstance(held, Posted):
            return held
        current = held

        async def handing() -> bool:
            nonlocal current
            moved = await self._change(current, name, handing_over(current.delivery, self._now()))
            current = moved or current
            return moved is not None

        outcome = await self._channel.post(address, content, handing)
        if outcome.state == "lost":
            return Posted("lost", LEASE_S)
        next_state = after(current.delivery, outcome, self._now(), policy=self._policy, failures=0)
        return await self._end(current, name, next_state, outcome.down)

    async def _claimed(self, name: str, address: str, holds: tuple[str, ...]) -> Held | Posted:
        """The record, ours to work on; or how it stands when it is not."""
        now = self._now()
        made = msgspec.structs.replace(_fresh(name, address, now), hits=holds)
        revision = await self._bucket.create(_key(name, address), msgspec.json.encode(made))
        if revision is not None:
            return Held(made, revision)
        entry = await self._bucket.get(_key(name, address))
        if entry is None:
            return Posted("lost", LEASE_S)
        there = decode_delivery(entry.value)
        held = Held(there, entry.revision)
        if there.ended:
            return _posted(there, now)
        if not is_due(there, now) and not is_abandoned(there, now):
            return _posted(there, now)
        if there.state == "sending":
            return await self._end(
                held, name, ended(there, "unknown", at=stamp(now), said=MAYBE_SENT)
            )
        again = msgspec.structs.replace(
            there,
            state="claimed",
            attempts=there.attempts + 1,
            at=stamp(now),
            next_at="",
            hits=holds,
        )
        return await self._change(held, name, again) or Posted("lost", LEASE_S)

    async def _end(self, held: Held, name: str, next_state: Delivery, down: str = "") -> Posted:
        if await self._change(held, name, next_state) is None:
            return Posted("lost", LEASE_S)
        NOTIFICATIONS.labels("mail", next_state.state).inc()
        return msgspec.structs.replace(_posted(next_state, self._now()), down=down)

    async def _change(self, held: Held, name: str, delivery: Delivery) -> Held | None:
        body = msgspec.json.encode(delivery)
        revision = await self._bucket.update(_key(name, delivery.place), body, held.revision)
        return None if revision is None else Held(delivery, revision)


def _fresh(name: str, address: str, now: datetime) -> Delivery:
    return Delivery(
        id=message_id("mail", name, address),
        watch="",
        paper="",
        version=0,
        moment="summary",
        channel="mail",
        place=address,
        title=name,
        state="claimed",
        attempts=1,
        created=stamp(now),
        at=stamp(now),
    )


def _posted(delivery: Delivery, now: datetime) -> Posted:
    return Posted(
        delivery.state,
        _left_s(delivery, now),
        said=delivery.said,
        code=delivery.code,
        holds=delivery.hits,
    )


def _left_s(delivery: Delivery, now: datetime) -> float:
    if delivery.ended:
        return 0.0
    if delivery.state == "waiting":
        until = parse_time(delivery.next_at)
    else:
        until = parse_time(delivery.at) + timedelta(seconds=LEASE_S)
    return max(1.0, (until - now).total_seconds())


def _key(name: str, address: str) -> str:
    return key(MAILS, name, address)
