"""The record of a delivery when somebody takes it up: pure."""

from datetime import datetime

import msgspec

from common.events import PaperEmbedded, SummaryReady
from common.ids import message_id, stamp
from common.watches import Delivery, Mail, Match, Watch, in_words, local
from common.watches.delivery import State
from notifier.telling import Known


def fresh(watch: Watch, event: Known, found: Match, now: datetime) -> Delivery:
    """A new record, claimed for its first try."""
    moment = watch.on
    return Delivery(
        id=f"msg_{message_id('delivery', watch.id, event.paper, moment).replace('-', '')}",
        watch=watch.id,
        paper=event.paper,
        version=event.version,
        moment=moment,
        channel="mail" if isinstance(watch.channel, Mail) else "webhook",
        place=watch.channel.place,
        title=event.meta.title,
        state=_first_state(watch),
        attempts=1,
        created=stamp(now),
        at=stamp(now),
        score=found.score,
        hits=tuple(f"{hit.text} ({hit.place})" for hit in found.hits),
        event=msgspec.Raw(msgspec.json.encode(event)),
    )


def postponed(delivery: Delivery, until: datetime) -> Delivery:
    """The record of a delivery whose receiver is known to be down, before its first try."""
    untried = msgspec.structs.replace(delivery, attempts=0, said="its receiver is down")
    return put_off(untried, until)


def gathered(delivery: Delivery, watch: Watch, end: datetime) -> Delivery:
    """The record of a delivery that waits for the digest of the period that ends then."""
    when = in_words(watch.every, watch.hour, watch.time_zone)
    return msgspec.structs.replace(
        delivery,
        state="gathered",
        attempts=0,
        period=stamp(end),
        next_at=stamp(end),
        said=f"goes into the digest of {day(watch, end)}: {when}",
    )


def day(watch: Watch, end: datetime) -> str:
    """The day of a digest, such as ``Mon 16 Nov``."""
    there = local(watch, end)
    return f"{there:%a} {there.day} {there:%b}"


def put_off(delivery: Delivery, until: datetime) -> Delivery:
    """The record of a delivery that has to wait for longer, as its receiver failed again."""
    return msgspec.structs.replace(delivery, state="waiting", next_at=stamp(until))


def claimed(delivery: Delivery, watch: Watch, now: datetime) -> Delivery:
    """The record at the start of a further try; one that was gathered begins only now."""
    return msgspec.structs.replace(
        delivery,
        created=stamp(now) if delivery.period else delivery.created,
        state=_first_state(watch),
        attempts=delivery.attempts + 1,
        channel="mail" if isinstance(watch.channel, Mail) else "webhook",
        place=watch.channel.place,
        at=stamp(now),
        next_at="",
        period="",
    )


def handing_over(delivery: Delivery, now: datetime) -> Delivery:
    """The record just before the message leaves for good."""
    return msgspec.structs.replace(delivery, state="sending", at=stamp(now))


def event_of(delivery: Delivery) -> Known:
    """The fact that is to be told."""
    if delivery.moment == "summary":
        return msgspec.json.decode(delivery.event, type=SummaryReady)
    return msgspec.json.decode(delivery.event, type=PaperEmbedded)


def _first_state(watch: Watch) -> State:
    """A webhook may be repeated, so it needs no step between claim and hand-over; mail does."""
    return "claimed" if isinstance(watch.channel, Mail) else "sending"
