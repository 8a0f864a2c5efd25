"""Check A8: nobody is told twice, and whoever was told has a record."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from cli.audit.verdict import Finding, Twice
from common.errors import UNREADABLE
from common.events import NotificationSent
from common.ids import message_id, parse_time
from common.kv import Entry
from common.scan import Read
from common.watches import Delivery, decode_delivery

if TYPE_CHECKING:
    from cli.audit.evidence import Evidence

LATE_S = 90.0
"""The sweep of the notifier goes on with what was left behind; twice its lease."""


@dataclass
class Told:
    """Records of deliveries, and the notices that were published."""

    records: dict[str, Delivery] = field(default_factory=dict)
    """By their key in the bucket."""
    notices: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Id, watch and paper."""
    unreadable: list[str] = field(default_factory=list)

    def take_notice(self, message: Read) -> None:
        """Learn of one notice."""
        if message.subject != NotificationSent.subject:
            return
        try:
            notice = msgspec.json.decode(message.body, type=NotificationSent)
        except UNREADABLE:
            self.unreadable.append(f"notice {message.seq}")
            return
        self.notices[notice.event_id, notice.watch, notice.paper] += 1

    def take_records(self, items: list[tuple[str, Entry]]) -> None:
        """Learn of the records."""
        for key, entry in items:
            try:
                self.records[key] = decode_delivery(entry.value)
            except UNREADABLE:
                self.unreadable.append(f"record {key}")


def told(seen: "Evidence") -> Iterator[Finding]:
    """One record for each watch, paper and moment; one id for each; a cause for each."""
    records = seen.told.records.values()
    for about in seen.told.unreadable:
        yield Finding("A8", about, "cannot be read")
    for (watch, paper, moment), count in Counter(_name(one) for one in records).items():
        if count > 1:
            yield Twice("A8", paper, f"watch {watch} was sent it {count} times: {moment}")
    for ident, count in Counter(one.id for one in records).items():
        if count > 1:
            yield Twice("A8", ident, f"{count} deliveries have this id")
    for one in records:
        if one.paper not in seen.log.papers:
            yield Finding("A6", one.paper, f"watch {one.watch} was told of an unknown paper")
        if why := _why_late(seen, one):
            yield Finding("A11", one.paper, f"the delivery to watch {one.watch} {why}")
    yield from _unrecorded(seen)


def _name(one: Delivery) -> tuple[str, str, str]:
    return one.watch, one.paper, one.moment


def _why_late(seen: "Evidence", one: Delivery) -> str:
    if one.ended:
        return ""
    due = parse_time(one.next_at or one.at).timestamp()
    late_s = seen.began_s - due - max(LATE_S, seen.quiescence_s)
    return f"is {one.state} since {one.at} and nobody goes on with it" if late_s > 0 else ""


def _unrecorded(seen: "Evidence") -> Iterator[Finding]:
    known = {message_id(NotificationSent.subject, one.id) for one in seen.told.records.values()}
    for ident, watch, paper in seen.told.notices:
        if ident not in known:
            yield Finding("A8", paper, f"watch {watch} was told, and there is no record of it")
