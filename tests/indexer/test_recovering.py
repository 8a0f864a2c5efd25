"""A PDF that is gone is asked for once; lost collections and summaries come back."""

from typing import Any

import msgspec
import pytest

from common.errors import Retryable, Unavailable
from common.events import ObjectRef, PaperEmbedded, PaperFetched, PaperMeta, SummaryReady
from common.handlers import Deferred, Done
from common.ledger import Entry, Ledger, Row
from common.objects import ObjectMissing
from common.retrying import Retrying
from indexer.recovering import LOST, Recovering

PAPER = "arxiv:2401.00001"
REF = ObjectRef(key="pdf/1", sha256="s", size_bytes=1)
META = PaperMeta(title="T")
FETCHED = PaperFetched(paper=PAPER, version=2, epoch=3, meta=META, pdf=REF)
EMBEDDED = PaperEmbedded(paper=PAPER, version=2, meta=META, text=REF, model="m", passages=1)
SUMMARY = SummaryReady(
    paper=PAPER, version=2, meta=META, tldr="t", summary=REF, model="m", recipe="r"
)


class Rows(Ledger):
    def __init__(self, *rows: Row) -> None:
        self.rows = {row.row: row for row in rows}

    async def read(self, paper: str, row: str) -> Entry | None:
        return Entry(self.rows[row], 1) if row in self.rows else None


class Core:
    """Indexes, or raises; remembers what it was asked."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.indexed: list[PaperFetched] = []
        self.shown: list[SummaryReady] = []

    async def index(self, event: PaperFetched) -> PaperEmbedded | Done:
        self.indexed.append(event)
        if self.errors:
            raise self.errors.pop(0)
        return EMBEDDED

    async def show_summary(self, event: SummaryReady) -> Done:
        self.shown.append(event)
        return Done()


class Mender:
    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self) -> None:
        self.calls += 1
        raise Unavailable("qdrant", "still down")


def row(name: str, state: Any = "done", version: int = 2, result: Any = None) -> Row:
    raw = msgspec.Raw(msgspec.json.encode(result)) if result else msgspec.Raw(b"")
    return Row(paper=PAPER, row=name, state=state, version=version, at="", result=raw)


def recovering(core: Core, rows: Rows, mend: Mender) -> Recovering:
    return Recovering(core, rows, Retrying(None, rows, why="test"), mend)  # type: ignore[arg-type]


@pytest.mark.parametrize("own", [(), (row("indexer"),), (row("indexer", "waiting", 1),)])
async def test_a_missing_pdf_is_asked_for(own: tuple[Row, ...]) -> None:
    rows = Rows(*own, row("fetcher"))
    result = await recovering(Core(ObjectMissing("gone")), rows, Mender()).index(FETCHED)

    assert isinstance(result, Deferred)
    asked = msgspec.json.decode(result.ask.body)
    assert (result.reason, result.ask.subject) == ("pdf_missing", "retry.fetcher.paper.announced")
    assert asked["epoch"] == FETCHED.epoch + 1
    assert "pdf" not in asked


async def test_one_that_is_lost_again_is_indexed_from_its_abstract() -> None:
    core = Core(ObjectMissing("gone"))
    rows = Rows(row("indexer", "waiting"), row("fetcher"))

    result = await recovering(core, rows, Mender()).index(FETCHED)

    assert isinstance(result, PaperEmbedded)
    assert result.notes == (LOST,)
    assert [event.pdf for event in core.indexed] == [REF, None]


@pytest.mark.parametrize(("dependency", "mends"), [("qdrant", 1), ("objects", 0)])
async def test_lost_collections_are_made_before_the_next_try(dependency: str, mends: int) -> None:
    mend = Mender()
    with pytest.raises(Unavailable, match=dependency):
        await recovering(Core(Unavailable(dependency, "404")), Rows(), mend).index(FETCHED)
    assert mend.calls == mends


async def test_other_failures_pass() -> None:
    with pytest.raises(Retryable, match="odd"):
        await recovering(Core(Retryable("odd")), Rows(), Mender()).index(FETCHED)


@pytest.mark.parametrize(
    ("epoch", "summary", "shown"),
    [
        (1, row("summarizer", result=SUMMARY), True),
        (0, row("summarizer", result=SUMMARY), False),
        (1, row("summarizer", version=1, result=SUMMARY), False),
        (1, row("summarizer", "dead"), False),
        (1, row("other"), False),
    ],
)
async def test_a_redo_shows_the_summary_again(epoch: int, summary: Row, shown: bool) -> None:
    core = Core()
    event = msgspec.structs.replace(FETCHED, epoch=epoch)
    assert await recovering(core, Rows(summary), Mender()).index(event) == EMBEDDED
    assert core.shown == ([SUMMARY] if shown else [])
