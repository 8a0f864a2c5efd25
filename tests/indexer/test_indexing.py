"""The core of the indexer, on a local index and a fake store."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from qdrant_client import AsyncQdrantClient

from common import bm25, texts
from common.errors import Retryable, Unavailable
from common.events import (
    IndexRequested,
    ObjectRef,
    PaperEmbedded,
    PaperFetched,
    PaperMeta,
    ReconcileRequested,
    SummaryReady,
)
from common.handlers import Done
from common.jobwork import JobWork
from common.ledger import Entry, Row
from common.reading.parsed import Parsed
from common.vectors.adapter import Vectors
from common.vectors.candidates import Wanted
from common.vectors.placing import Place
from common.vectors.stock import stock
from fakes_indexer import InProcess, LetterCounts
from fakes_jobs import JOB, FakeFlags, FakeNotices, idle_work
from indexer import metrics
from indexer.handlers import Asked, wire
from indexer.indexing import Indexer

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")

DATA = Path(__file__).parent.parent / "common" / "reading" / "data"
PAPER = "arxiv:2608.00001"


class Store:
    """Objects in memory."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    async def put(self, prefix: str, body: bytes, content_type: str) -> ObjectRef:
        digest = hashlib.sha256(body).hexdigest()
        self.bodies[f"{prefix}/{digest}"] = body
        return ObjectRef(key=f"{prefix}/{digest}", sha256=digest, size_bytes=len(body))

    async def get(self, ref: ObjectRef) -> bytes:
        if ref.key not in self.bodies:
            raise Retryable(f"{ref.key} is not there")
        return self.bodies[ref.key]


class Bench:
    """Everything an Indexer works with."""

    def __init__(self) -> None:
        self.store = Store()
        self.index = Vectors(AsyncQdrantClient(":memory:"), "letters", 26)
        self.embedder = LetterCounts()
        self.places = [Place(self.embedder, self.index)]
        self.indexer = Indexer(self.store, InProcess(), self, lambda: "2026-08-31T12:00:00Z")

    @asynccontextmanager
    async def use(self) -> AsyncIterator[list[Place]]:
        """Where to write to."""
        yield list(self.places)

    async def event(self, name: str = "", *, version: int = 1, **meta: Any) -> PaperFetched:
        pdf = None
        if name:
            pdf = await self.store.put("pdf", (DATA / name).read_bytes(), "application/pdf")
        known = {"title": "On geographic data", "abstract": "We teach maps.", **meta}
        return PaperFetched(paper=PAPER, version=version, meta=PaperMeta(**known), pdf=pdf)

    async def ask(self, text: str) -> list[str]:
        hits = await self.index.search(Wanted(await self.embedder.embed([text]), bm25.query(text)))
        return [hit.paper.paper for hit in hits]

    async def passages(self, text: str) -> list[tuple[int, str]]:
        hits = await self.index.passages_of(
            PAPER, await self.embedder.embed([text]), bm25.query(text), limit=99
        )
        return [(hit.passage.page, hit.passage.text) for hit in hits]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    await bench.index.ensure()
    yield bench
    await bench.index.close()


async def test_full_text(bench: Bench) -> None:
    fact = await bench.indexer.index(await bench.event("jose_00042.pdf"))
    assert isinstance(fact, PaperEmbedded)
    assert (fact.full_text, fact.pages, fact.model, fact.notes) == (True, 4, "letters", ())
    text = texts.decode_text(bench.store.bodies[fact.text.key])
    assert (text.paper, len(text.passages)) == (PAPER, fact.passages)
    assert await bench.ask("geographic maps") == [PAPER]
    page, best = (await bench.passages("spatial weights matrices choropleth mapping"))[0]
    assert page == 2
    assert "spatial weights matrices" in best
    assert len(await bench.passages("anything")) == fact.passages


UNREADABLE = [
    ("pdfminer.six__aes-128.pdf", "locked with a password"),
    ("qpdf__issue-99.pdf", "damaged"),
    ("olmocr__blanktext.pdf", "no readable text"),
    ("qpdf__issue-148.pdf", "not a PDF"),
]


@pytest.mark.parametrize(("name", "reason"), UNREADABLE)
async def test_what_cannot_be_read_is_indexed_from_its_abstract(
    bench: Bench, name: str, reason: str
) -> None:
    fact = await bench.indexer.index(await bench.event(name))
    assert isinstance(fact, PaperEmbedded)
    assert not fact.full_text
    assert reason in fact.notes[0]
    assert await bench.passages("maps") == [(0, "We teach maps.")]
    assert await bench.ask("maps") == [PAPER]


async def test_a_withdrawn_paper_is_indexed_without_its_pdf(bench: Bench) -> None:
    fact = await bench.indexer.index(await bench.event("jose_00042.pdf", withdrawn=True))
    assert isinstance(fact, PaperEmbedded)
    assert (fact.full_text, fact.passages) == (False, 1)
    stored = await bench.index.get(PAPER)
    assert stored is not None
    assert stored.withdrawn


async def test_again_changes_nothing(bench: Bench) -> None:
    event = await bench.event("jose_00042.pdf")
    first = await bench.indexer.index(event)
    before = await bench.index.get(PAPER)
    assert await bench.indexer.index(event) == first
    assert await bench.index.get(PAPER) == before
    assert await bench.index.count() == 1


async def test_a_new_version_replaces_all_and_a_late_older_one_nothing(bench: Bench) -> None:
    await bench.indexer.index(await bench.event("jose_00042.pdf"))
    await bench.indexer.index(await bench.event(version=2, abstract="Now shorter."))
    assert await bench.passages("maps") == [(0, "Now shorter.")]
    late = await bench.indexer.index(await bench.event("jose_00042.pdf"))
    assert late == Done(detail={"superseded_by": 2}, notes=("a newer version is indexed",))
    assert await bench.passages("maps") == [(0, "Now shorter.")]


async def test_a_missing_pdf_is_retried(bench: Bench) -> None:
    event = await bench.event("jose_00042.pdf")
    bench.store.bodies.clear()
    with pytest.raises(Retryable):
        await bench.indexer.index(event)
    assert await bench.index.get(PAPER) is None


async def test_summaries_are_shown_and_survive_a_redo(bench: Bench) -> None:
    event = await bench.event()
    await bench.indexer.index(event)
    summary = summary_of(event)
    assert (await bench.indexer.show_summary(summary)).detail == {"shown": True}
    await bench.indexer.index(event)
    stored = await bench.index.get(PAPER)
    assert stored is not None
    assert (stored.tldr, stored.summary_model) == ("Maps.", "extractive")
    await bench.indexer.index(await bench.event(version=2))
    assert (await bench.indexer.show_summary(summary)).detail == {"shown": False}


class Reconciler:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[ReconcileRequested] = []

    async def run(self, request: ReconcileRequested) -> None:
        self.asked.append(request)


class Rows:
    """One row of the indexer."""

    def __init__(self, row: Row | None = None) -> None:
        self.row = row

    async def read(self, paper: str, row: str) -> Entry | None:
        assert row == "indexer"
        return None if self.row is None else Entry(self.row, 1)


async def test_handlers_bind_facts_and_requests(bench: Bench) -> None:
    reconciler = Reconciler()
    bindings = wire(bench.indexer, reconciler, Asked(idle_work(), Rows()), workers=3).bindings
    assert {(b.consumer.event, b.workers) for b in bindings} == {
        (PaperFetched, 3),
        (IndexRequested, 3),
        (SummaryReady, 3),
        (ReconcileRequested, 1),
    }
    event = await bench.event()
    facts = {b.consumer.event: b.handle for b in bindings}
    assert isinstance(await facts[PaperFetched](event), PaperEmbedded)


async def test_for_a_cancelled_job_all_stays_as_it_was(bench: Bench) -> None:
    flags, rows = FakeFlags(), Rows()
    asked = Asked(JobWork(flags, FakeNotices(), look_every_s=0.01), rows)
    bindings = wire(bench.indexer, Reconciler(), asked, workers=1).bindings
    (index,) = [b.handle for b in bindings if b.consumer.event is IndexRequested]
    event = IndexRequested(**msgspec.structs.asdict(await bench.event()), job=JOB)
    before = await index(event)
    assert isinstance(before, PaperEmbedded)
    flags.states[JOB] = "cancelled"
    again = msgspec.structs.replace(event, epoch=1)

    assert isinstance(await index(again), Done)
    body = msgspec.Raw(msgspec.json.encode(before))
    rows.row = Row(paper=PAPER, row="indexer", state="done", version=1, at="", result=body)
    assert await index(again) == msgspec.structs.replace(before, epoch=1)


class Halves(LetterCounts):
    """A second model of the same length."""

    model = "halves"

    async def embed(self, bodies: Sequence[str]) -> Any:
        return await super().embed([body[: len(body) // 2] for body in bodies])


async def second(bench: Bench) -> Vectors:
    """An index in another model, filled beside the first."""
    beside = Vectors(bench.index.client, "halves", 26)
    await beside.make()
    return beside


async def test_a_paper_goes_to_every_index_in_its_own_model(bench: Bench) -> None:
    beside = await second(bench)
    bench.places.append(Place(Halves(), beside))
    event = await bench.event("jose_00042.pdf")
    fact = await bench.indexer.index(event)
    assert isinstance(fact, PaperEmbedded)
    assert fact.model == "letters", "the one that answers"
    first, other = await stock(bench.index), await stock(beside)
    assert first == other
    assert first[PAPER].passages == fact.passages
    await bench.indexer.show_summary(summary_of(event))
    assert (await stock(beside))[PAPER].has_summary


async def test_what_fails_beside_the_index_holds_nothing_up(bench: Bench) -> None:
    nowhere = Vectors(bench.index.client, "halves", 26)  # its collections are not made
    bench.places.append(Place(Unwilling(), nowhere))
    event = await bench.event()
    failed = metrics.BESIDE_FAILED._value.get()
    assert isinstance(await bench.indexer.index(event), PaperEmbedded)
    assert metrics.BESIDE_FAILED._value.get() == failed + 1


class Unwilling(Halves):
    """An endpoint that is down."""

    async def embed(self, bodies: Sequence[str]) -> Any:
        raise Unavailable("embeddings", "does not answer")


async def test_one_that_comes_while_a_paper_is_read_gets_it_too(bench: Bench) -> None:
    beside = await second(bench)

    class Late(InProcess):
        async def read(self, body: bytes) -> Parsed:
            bench.places.append(Place(Halves(), beside))
            return await super().read(body)

    indexer = Indexer(bench.store, Late(), bench, lambda: "2026-08-31T12:00:00Z")
    await indexer.index(await bench.event("jose_00042.pdf"))
    assert await stock(beside) == await stock(bench.index)


async def test_one_that_answers_since_a_moment_must_get_it(bench: Bench) -> None:
    beside = await second(bench)

    class Turned(InProcess):
        async def read(self, body: bytes) -> Parsed:
            bench.places.insert(0, Place(Unwilling(), beside))
            return await super().read(body)

    indexer = Indexer(bench.store, Turned(), bench, lambda: "2026-08-31T12:00:00Z")
    with pytest.raises(Unavailable):
        await indexer.index(await bench.event("jose_00042.pdf"))


def summary_of(event: PaperFetched) -> SummaryReady:
    return SummaryReady(
        paper=event.paper,
        version=event.version,
        meta=event.meta,
        tldr="Maps.",
        summary=ObjectRef(key="s", sha256="s", size_bytes=1),
        model="extractive",
        recipe="r",
    )
