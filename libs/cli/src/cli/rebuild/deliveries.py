"""Who would have been told what: the watches played over the log; nothing is sent."""

from collections.abc import AsyncIterator, Iterable
from typing import NamedTuple

import msgspec

from cli.rebuild.selection import Selection
from common.errors import UNREADABLE
from common.events import Event, PaperEmbedded, SummaryReady
from common.ledger import STREAM
from common.runtime import Runtime
from common.stream import onwards
from common.watches import RECORDS, Delivery, Moment, Watch, decode_delivery
from common.watches.fitting import fitting, is_new

NAME = "deliveries-dry-run"
KINDS: tuple[tuple[type[Event], Moment], ...] = (
    (PaperEmbedded, "embedded"),
    (SummaryReady, "summary"),
)


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One paper for one watch."""

    paper: str
    version: int
    at: str
    score: float
    title: str = ""
    state: str = ""
    """What the record of the delivery says; empty when there is none."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What one watch would have been told, set against what it was told."""

    watch: str
    name: str
    would: tuple[Told, ...]
    missing: tuple[str, ...]
    """Papers it would have been told of, and was not."""
    extra: tuple[str, ...]
    """Papers it was told of, and would not be now."""


class Key(NamedTuple):
    """What identifies a delivery."""

    watch: str
    paper: str
    moment: Moment


class Rehearsal:
    """Plays facts in the order of the log; a paper is told once a watch, as the notifier does."""

    def __init__(self, watches: Iterable[Watch]) -> None:
        self._watches = tuple(watches)
        self._arrived: dict[tuple[str, int, Moment], str] = {}
        self.told: dict[Key, Told] = {}

    def take(self, event: PaperEmbedded | SummaryReady, moment: Moment) -> None:
        """Learn of one fact; one that is stated again is no newer for it."""
        name = (event.paper, event.version, moment)
        arrived = self._arrived.setdefault(name, event.at)
        for watch, verdict in fitting(self._watches, event, moment):
            key = Key(watch.id, event.paper, moment)
            if verdict.fits and key not in self.told and is_new(watch, arrived):
                self.told[key] = Told(
                    paper=event.paper,
                    version=event.version,
                    at=arrived,
                    score=verdict.score,
                    title=event.meta.title,
                )

    def heard(
        self, records: dict[Key, Delivery], meant: Selection, feeds: dict[str, tuple[str, ...]]
    ) -> list[Heard]:
        """The comparison, watch by watch, of what falls into the selection."""

        def falls(key: Key, at: str) -> bool:
            return meant.takes(key.paper, feeds.get(key.paper, ()), at[:10])

        found = []
        for watch in self._watches:
            mine = {k: told for k, told in self.told.items() if k.watch == watch.id}
            would = [(k, told) for k, told in mine.items() if falls(k, told.at)]
            extra = [
                k.paper
                for k, record in records.items()
                if k.watch == watch.id and k not in mine and falls(k, record.created)
            ]
            found.append(
                Heard(
                    watch=watch.id,
                    name=watch.name,
                    would=tuple(_with_state(told, records.get(k)) for k, told in would),
                    missing=tuple(k.paper for k, _ in would if k not in records),
                    extra=tuple(extra),
                )
            )
        return found


def _with_state(told: Told, record: Delivery | None) -> Told:
    return told if record is None else msgspec.structs.replace(told, state=record.state)


async def rehearse(runtime: Runtime, selection: Selection) -> list[Heard]:
    """Read the watches, the log and the records of deliveries, and compare."""
    rehearsal = Rehearsal(await _watches(runtime))
    feeds: dict[str, tuple[str, ...]] = {}
    for kind, moment in KINDS:
        async for event in _facts(runtime, kind):
            feeds[event.paper] = event.meta.feeds
            rehearsal.take(event, moment)
    return rehearsal.heard(await _records(runtime), selection, feeds)


async def _facts(
    runtime: Runtime, kind: type[Event]
) -> AsyncIterator[PaperEmbedded | SummaryReady]:
    async for stored in onwards(runtime.js, STREAM, kind.subject):
        try:
            yield msgspec.json.decode(stored.body, type=kind)  # type: ignore[misc]
        except UNREADABLE:
            continue  # the audit tells of it


async def _watches(runtime: Runtime) -> list[Watch]:
    found = []
    for _, entry in await runtime.kv("watches").items():
        try:
            found.append(msgspec.json.decode(entry.value, type=Watch))
        except UNREADABLE:
            continue  # the notifier passes it over too
    return found


async def _records(runtime: Runtime) -> dict[Key, Delivery]:
    items = await runtime.kv("deliveries").items(f"{RECORDS}.")
    records = [decode_delivery(entry.value) for _, entry in items]
    return {Key(one.watch, one.paper, one.moment): one for one in records}
