"""Watches as they are made, changed and kept in KV ``watches``."""

import base64
import secrets

import msgspec
from msgspec import UNSET

from common.errors import UNREADABLE, UsageError
from common.ids import message_id
from common.kv import key
from common.watches import Filters, Mail, Watch, Webhook, check
from gateway.bucket import Kv
from gateway.failures import Conflict, Missing, Unprocessable
from gateway.watchforms import (
    FiltersAsked,
    MailAsked,
    WatchCreate,
    WatchList,
    WatchPatch,
    WatchView,
    WebhookAsked,
    view,
)

TRIES = 5
PLAIN = ("name", "query", "min_score", "on", "every", "hour", "time_zone", "empty", "active")
"""What is kept as it was asked for."""
SECRET_BYTES = 32


async def all_of(kv: Kv) -> WatchList:
    """Every watch that can be read."""
    found = [watch for _, entry in await kv.items() if (watch := _decoded(entry.value))]
    newest = sorted(found, key=lambda watch: (watch.created, watch.id), reverse=True)
    return WatchList(items=[view(watch) for watch in newest])


async def one(kv: Kv, watch_id: str) -> WatchView:
    """The watch; raises Missing."""
    entry = await kv.get(key(watch_id))
    watch = None if entry is None else _decoded(entry.value)
    if watch is None:
        raise Missing(f"There is no watch {watch_id[:60]}.")
    return view(watch)


async def create(kv: Kv, asked: WatchCreate, *, at: str, once: str = "") -> WatchView:
    """Store a new watch; the same ``once`` again finds the watch of the first time.

    Raises UsageError, and Unprocessable when ``once`` came with other words before.
    """
    channel, secret = _channel(asked.channel)
    watch = Watch(
        id=message_id("watch", once)[:18].replace("-", "") if once else secrets.token_hex(8),
        name=asked.name.strip(),
        channel=channel,
        query=asked.query.strip(),
        filters=_filters(asked.filters),
        min_score=asked.min_score,
        on=asked.on,
        every=asked.every,
        hour=asked.hour,
        time_zone=asked.time_zone.strip(),
        empty=asked.empty,
        created=at,
    )
    check(watch)
    if await kv.create(key(watch.id), msgspec.json.encode(watch)) is not None:
        return view(watch, secret=secret)
    entry = await kv.get(key(watch.id))
    there = None if entry is None else _decoded(entry.value)
    if there is None or not _same(there, watch):
        raise Unprocessable("This Idempotency-Key was used with another body; use a new key.")
    kept = there.channel.secret if isinstance(there.channel, Webhook) else ""
    return view(there, secret=kept)


async def change(kv: Kv, watch_id: str, asked: WatchPatch, *, at: str) -> WatchView:
    """Change a watch; raises Missing, UsageError, or Conflict when others do so all the time."""
    for _ in range(TRIES):
        entry = await kv.get(key(watch_id))
        watch = None if entry is None else _decoded(entry.value)
        if entry is None or watch is None:
            raise Missing(f"There is no watch {watch_id[:60]}.")
        changed, secret = _changed(watch, asked, at)
        check(changed)
        if await kv.update(key(watch_id), msgspec.json.encode(changed), entry.revision):
            return view(changed, secret=secret)
    raise Conflict("The watch is being changed by someone else; try again.")


async def remove(kv: Kv, watch_id: str) -> None:
    """Make the watch absent; raises Missing."""
    await one(kv, watch_id)
    await kv.delete(key(watch_id))


def _changed(watch: Watch, asked: WatchPatch, at: str) -> tuple[Watch, str]:
    values = {n: v for n in PLAIN if (v := getattr(asked, n)) is not UNSET}
    if asked.filters is not UNSET:
        values["filters"] = _filters(asked.filters)
    secret = ""
    if asked.channel is not UNSET:
        values["channel"], secret = _channel(asked.channel)
    if not values:
        raise UsageError("body", "names nothing to change; give at least one field")
    return msgspec.structs.replace(watch, **values, changed=at), secret


def _channel(asked: WebhookAsked | MailAsked) -> tuple[Webhook | Mail, str]:
    if isinstance(asked, MailAsked):
        return Mail(address=asked.address.strip()), ""
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    return Webhook(url=asked.url.strip(), secret=secret), secret


def _filters(asked: FiltersAsked) -> Filters:
    return Filters(
        categories=asked.categories,
        authors=asked.authors,
        feeds=asked.feeds,
    )


def _same(one: Watch, other: Watch) -> bool:
    def told(watch: Watch) -> tuple[object, ...]:
        target = watch.channel.url if isinstance(watch.channel, Webhook) else watch.channel.address
        plain = (getattr(watch, name) for name in PLAIN if name != "active")
        return *plain, watch.filters, target

    return told(one) == told(other)


def _decoded(body: bytes) -> Watch | None:
    try:
        return msgspec.json.decode(body, type=Watch)
    except UNREADABLE:
        return None
