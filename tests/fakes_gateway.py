"""In-memory stores for tests of the gateway, with the adapters' own method names."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from common.bus import Fact
from common.errors import Retryable, Unavailable
from common.events import (
    Event,
    Message,
    ObjectRef,
    PaperAnnounced,
    PaperEmbedded,
    PaperFetched,
    PaperMeta,
    SummaryReady,
)
from common.kv import Entry as KvEntry
from common.kvchanges import Change
from common.ledger import Entry, Row
from common.ranking.fusing import Ranked, Standing
from common.texts import Summary
from common.vectors.points import point_id
from common.vectors.sifting import holds
from fakes_indexer import InProcess
from fakes_letters import FakeLetters
from gateway.highlight import stems
from gateway.indexport import HYBRID, Looked, Sought
from gateway.notices import Notices
from gateway.ports import ALL_PAPERS, Card, Filters, Found, Recommended, Scored, Stores
from gateway.readiness import Readiness
from gateway.shelf.shelves import Shelves
from gateway.shelf.wish import Wish
from gateway.upload.desk import Desk


def point_of(card: Card) -> str:
    """The id of its point."""
    return point_id("fake", card.paper)


REF = ObjectRef(key="text/aa", sha256="aa", size_bytes=1)


class FakeKv:
    def __init__(self) -> None:
        self.values: dict[str, KvEntry] = {}
        self.gone: dict[str, int] = {}
        self.changes = self.reads = 0

    def _store(self, name: str, value: bytes) -> int:
        self.changes += 1
        self.gone.pop(name, None)
        self.values[name] = KvEntry(value, self.changes)
        return self.changes

    async def get(self, name: str) -> KvEntry | None:
        return self.values.get(name)

    async def create(self, name: str, value: bytes) -> int | None:
        return None if name in self.values else self._store(name, value)

    async def update(self, name: str, value: bytes, revision: int) -> int | None:
        there = self.values.get(name)
        return self._store(name, value) if there and there.revision == revision else None

    async def put(self, name: str, value: bytes) -> int:
        return self._store(name, value)

    async def delete(self, name: str) -> None:
        if self.values.pop(name, None) is not None:
            self.changes += 1
            self.gone[name] = self.changes

    async def since(self, revision: int) -> AsyncIterator[Change]:
        self.reads += 1
        there = [Change(name, entry.value, entry.revision) for name, entry in self.values.items()]
        every = [*there, *(Change(name, None, at) for name, at in self.gone.items())]
        for change in sorted(every, key=lambda one: one.revision):
            if change.revision > revision:
                yield change

    async def revision(self) -> int:
        return self.changes

    async def items(self, prefix: str = "") -> list[tuple[str, KvEntry]]:
        self.reads += 1
        return sorted(pair for pair in self.values.items() if pair[0].startswith(prefix))


class FakeBus:
    """A log whose sequences may have holes, as the real one has (ledger rows lie between)."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.requests: list[Message] = []
        self.first = 1
        self.last = 0
        self.down = False
        self.readers = 0
        self._news = asyncio.Condition()

    def state(self, event: Message, *, skip: int = 1) -> int:
        self.last += skip
        body = msgspec.json.encode(event)
        self.facts.append(Fact(self.last, event.subject, "2026-07-14T08:00:00Z", body))
        return self.last

    async def wake(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def request(self, message: Message) -> int:
        if self.down:
            raise Unavailable("nats", "gone")
        self.requests.append(message)
        return len(self.requests)

    async def first_seq(self) -> int:
        return self.first

    async def last_seq(self) -> int:
        if self.down:
            raise Unavailable("nats", "gone")
        return self.last

    async def read(self, subjects: Sequence[str], *, after: int = 0) -> AsyncIterator[Fact]:
        self.readers += 1
        try:
            while True:
                for fact in [one for one in self.facts if one.seq > after]:
                    after = fact.seq
                    yield fact
                async with self._news:
                    if not any(one.seq > after for one in self.facts):
                        await self._news.wait()
        finally:
            self.readers -= 1


class FakeObjects:
    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    async def get(self, ref: ObjectRef) -> bytes:
        if ref.key not in self.bodies:
            raise Retryable(f"{ref.key} is missing")
        return self.bodies[ref.key]

    async def find(self, key: str) -> bytes | None:
        return self.bodies.get(key)

    async def put_at(self, key: str, body: bytes, content_type: str) -> ObjectRef:
        self.bodies.setdefault(key, body)
        return ObjectRef(key=key, sha256="dd", size_bytes=len(body))

    async def remove(self, key: str) -> None:
        self.bodies.pop(key, None)


class FakeLedger:
    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Row]] = {}

    async def timeline(self, paper: str) -> list[Entry]:
        rows = self.rows.get(paper, {})
        return [Entry(row, seq) for seq, row in enumerate(rows.values(), start=1)]


class FakeIndex:
    def __init__(self) -> None:
        self.cards: dict[str, Card] = {}
        self.by_doi: dict[str, Card] = {}
        self.found: dict[str, list[Found]] = {}
        self.asked_near: tuple[tuple[str, ...], str] = ((), "")
        self.down = False

    def _all(self, wanted: Filters) -> list[Card]:
        if self.down:
            raise Unavailable("qdrant", "refused")
        chosen = [card for card in self.cards.values() if holds(wanted, card)]
        return sorted(chosen, key=lambda card: (card.announced, card.paper), reverse=True)

    async def newest(
        self, wanted: Filters, *, limit: int, after: str = ""
    ) -> tuple[list[Card], str]:
        rest = [c for c in self._all(wanted) if not after or f"{c.announced} {c.paper}" < after]
        items = rest[:limit]
        more = len(rest) > limit
        return items, f"{items[-1].announced} {items[-1].paper}" if more else ""

    async def rank(self, sought: Sought, *, limit: int) -> Looked:
        """By how many words of the query a paper shares; the newer first among equals."""
        words = stems(sought.text)
        counts = [
            (len(words & stems(f"{card.title} {card.abstract}")), card)
            for card in self._all(sought.wanted)
        ]
        best = sorted(((n, card) for n, card in counts if n), key=lambda pair: -pair[0])
        order = [
            Ranked(point_of(card), n / 10, (Standing("words", at + 1, float(n), n / 10),))
            for at, (n, card) in enumerate(best)
        ]
        return Looked(order, await self.at([found.point for found in order[:limit]]))

    async def at(self, points: Sequence[str]) -> dict[str, Card]:
        there = {point_of(card): card for card in self.cards.values()}
        return {point: there[point] for point in points if point in there}

    async def search(
        self, text: str, wanted: Filters, *, mode: str = HYBRID, limit: int
    ) -> list[Scored]:
        return (await self.rank(Sought(text, mode, wanted), limit=limit)).scored(limit)

    async def named(self, doi: str) -> Card | None:
        return self.by_doi.get(doi.lower())

    async def by_dois(self, dois: Sequence[str]) -> dict[str, Card]:
        there = {card.doi.lower(): card for card in self.cards.values() if card.doi}
        return {doi: there[doi.lower()] for doi in dois if doi.lower() in there}

    async def get(self, paper: str) -> Card | None:
        return self.cards.get(paper)

    async def these(self, papers: Sequence[str]) -> list[Card]:
        if self.down:
            raise Unavailable("qdrant", "refused")
        return [self.cards[one] for one in papers if one in self.cards]

    async def similar(
        self, paper: str, wanted: Filters = ALL_PAPERS, *, limit: int
    ) -> list[Scored]:
        others = [card for card in self._all(wanted) if card.paper != paper]
        return [Scored(card=card, score=0.9) for card in others[:limit] if paper in self.cards]

    async def recommend(self, wish: Wish, wanted: Filters, *, limit: int) -> list[Recommended]:
        """Papers that share words with those liked; the one that shares most is the reason."""
        liked = [self.cards[one] for one in wish.likes.liked if one in self.cards]
        found = []
        for card in self._all(wanted):
            words = stems(f"{card.title} {card.abstract}")
            near = [(len(words & stems(f"{one.title} {one.abstract}")), one) for one in liked]
            best, because = max(near, key=lambda pair: pair[0], default=(0, None))
            if card.paper in wish.likes.unwanted or because is None:
                continue
            standing = Standing(name="words", rank=1, score=float(best), share=1.0)
            told = f"Like “{because.title}”"
            found.append(
                Recommended(card=card, score=best / 10, reason=told, standings=(standing,))
            )
        return sorted(found, key=lambda one: -one.score)[:limit]

    async def passages(self, text: str, *, paper: str, limit: int) -> list[Found]:
        return self.found.get(paper, [])[:limit]

    async def all_passages(
        self, text: str, wanted: Filters = ALL_PAPERS, *, limit: int
    ) -> list[Found]:
        there = [card.paper for card in self._all(wanted)]
        found = [one for paper in there for one in self.found.get(paper, [])]
        return sorted(found, key=lambda one: -one.score)[:limit]

    async def near_texts(self, texts: Sequence[str], words: str, *, limit: int) -> list[Scored]:
        self.asked_near = (tuple(texts), words)
        return [Scored(card=card, score=0.5) for card in self._all(ALL_PAPERS)[:limit]]

    async def count(self, wanted: Filters) -> int:
        return len(self._all(wanted))

    async def facet(self, field: str, wanted: Filters, *, limit: int) -> list[tuple[str, int]]:
        counts: Counter[str] = Counter()
        for card in self._all(wanted):
            value = getattr(card, field)
            counts.update(value if isinstance(value, tuple) else (value,))
        return counts.most_common(limit)


class World:
    """All fakes together, and papers put into them as the services would."""

    def __init__(self) -> None:
        self.index, self.ledger, self.bus = FakeIndex(), FakeLedger(), FakeBus()
        self.watches, self.deliveries, self.sources = FakeKv(), FakeKv(), FakeKv()
        self.jobs, self.operations, self.library = FakeKv(), FakeKv(), FakeKv()
        self.letters = FakeLetters()
        self.objects = FakeObjects()
        self.uploads = Desk(InProcess(), most_bytes=1 << 20)

    def stores(self, **more: Any) -> Stores:
        async def fine() -> None:
            await self.bus.last_seq()

        async def no_lag() -> list[Any]:
            return []

        checks = more.pop("checks", {"nats": fine})
        return Stores(
            index=self.index,
            ledger=self.ledger,
            bus=self.bus,
            watches=self.watches,
            deliveries=self.deliveries,
            sources=self.sources,
            jobs=self.jobs,
            shelves=Shelves(self.library, self.library),
            uploads=self.uploads,
            letters=self.letters,
            notices=Notices(self.operations),
            objects=self.objects,
            checks=checks,
            readiness=Readiness(checks),
            **{"lag": no_lag, "version": "1.2.3", **more},
        )

    def add(self, meta: PaperMeta, key: str, *, upto: str = "notified", version: int = 1) -> None:
        """One paper, as far along the chain as ``upto`` says."""
        stages = ("announced", "fetched", "embedded", "summarised", "notified")
        for stage in stages[: stages.index(upto) + 1]:
            getattr(self, f"_{stage}")(meta, key, version)

    def row(self, key: str, name: str, second: int, fact: Event | None, **more: Any) -> None:
        """A ledger row as the runtime writes it."""
        self.ledger.rows.setdefault(key, {})[name] = Row(
            **{
                "paper": key,
                "row": name,
                "state": "done",
                "version": fact.version if fact else 1,
                "started": f"2026-07-14T08:00:{second:02d}.000000Z",
                "at": f"2026-07-14T08:00:{second + 1:02d}.250000Z",
                "trace": f"00-{'ab' * 16}-{'cd' * 8}-01",
                "result": msgspec.Raw(msgspec.json.encode(fact) if fact else b""),
                **more,
            }
        )
        if fact is not None:
            self.bus.state(fact, skip=2)

    def _announced(self, meta: PaperMeta, key: str, version: int) -> None:
        fact = PaperAnnounced(paper=key, version=version, meta=meta)
        self.row(key, "fetcher", 0, fact, state="announced")

    def _fetched(self, meta: PaperMeta, key: str, version: int) -> None:
        ref = ObjectRef(key=f"pdf/{key}", sha256="bb", size_bytes=9)
        self.objects.bodies[ref.key] = b"%PDF-1.7 the body"
        fact = PaperFetched(paper=key, version=version, meta=meta, pdf=ref)
        self.row(key, "fetcher", 2, fact)

    def _embedded(self, meta: PaperMeta, key: str, version: int) -> None:
        fact = PaperEmbedded(
            paper=key, version=version, meta=meta, text=REF, model="m", passages=3, full_text=True
        )
        self.row(key, "indexer", 5, fact)
        self.index.cards[key] = Card(
            paper=key,
            version=version,
            has_pdf=True,
            full_text=True,
            **{f: getattr(meta, f) for f in _COPIED},
        )

    def _summarised(self, meta: PaperMeta, key: str, version: int) -> None:
        stored = Summary(
            paper=key,
            version=version,
            tldr=f"In short: {meta.title}",
            problem="It was unknown.",
            method="We looked.",
            findings="It is so.",
            limits="Only here.",
            model="extractive",
            recipe="r",
            prompt_version="1",
            extractive=True,
        )
        ref = ObjectRef(key=f"summary/{key}", sha256="cc", size_bytes=9)
        self.objects.bodies[ref.key] = msgspec.json.encode(stored)
        fact = SummaryReady(
            paper=key,
            version=version,
            meta=meta,
            tldr=stored.tldr,
            summary=ref,
            model="extractive",
            recipe="r",
        )
        self.row(key, "summarizer", 8, fact)

    def _notified(self, meta: PaperMeta, key: str, version: int) -> None:
        self.row(key, "notifier", 10, None, version=version)


_COPIED = (
    "title",
    "abstract",
    "authors",
    "authors_total",
    "categories",
    "submitted",
    "updated",
    "announced",
    "licence",
    "doi",
    "journal_ref",
    "withdrawn",
    "feeds",
)
