"""A paper asked for by id is fetched before the queue of downloads comes to it."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from buses import connected, log_of
from common.events import ObjectRef, PaperAnnounced, PaperFetched
from common.ledger import Ledger, result_as
from common.runtime import Runtime
from fakes_fetcher import record
from fetcher.ahead import Ahead
from fetcher.announce import ROW, LedgerAnnouncer
from servers import Nats

pytestmark = pytest.mark.connected
PAPER = "arxiv:2607.00001"
PDF = ObjectRef(key="pdf/aa/a", sha256="a", size_bytes=1)


class Downloads:
    """Gives every paper the same file, and counts."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    async def fetch(self, event: PaperAnnounced) -> PaperFetched:
        self.asked.append(event.version)
        return PaperFetched(paper=event.paper, version=event.version, meta=event.meta, pdf=PDF)


@pytest.fixture
async def runtime(nats: Nats) -> AsyncIterator[Runtime]:
    async with connected(nats) as made:
        yield made


def ahead(ledger: Ledger, downloads: Any) -> Ahead:
    return Ahead(ledger, LedgerAnnouncer(ledger), downloads)


async def epochs(runtime: Runtime) -> list[int]:
    """Of each time the paper was stated to be fetched."""
    facts = await log_of(runtime, "paper.fetched")
    return [msgspec.json.decode(fact.body, type=PaperFetched).epoch for fact in facts]


async def test_a_new_paper_is_announced_and_fetched_at_once(runtime: Runtime) -> None:
    downloads = Downloads()
    assert await ahead(runtime.ledger, downloads).announce(record()) == "new"
    entry = await runtime.ledger.read(PAPER, ROW)
    assert entry is not None
    assert (entry.row.state, downloads.asked) == ("done", [1])
    assert result_as(entry, PaperFetched).pdf == PDF
    assert await epochs(runtime) == [0]


async def test_one_that_waits_in_the_queue_is_hurried_and_a_done_one_left(runtime: Runtime) -> None:
    downloads = Downloads()
    assert await LedgerAnnouncer(runtime.ledger).announce(record()) == "new"
    for _ in range(2):
        assert await ahead(runtime.ledger, downloads).announce(record()) == "had"
    assert downloads.asked == [1]
    assert await epochs(runtime) == [0]


async def test_a_refetch_states_the_paper_again_at_the_next_epoch(runtime: Runtime) -> None:
    downloads = Downloads()
    for refetch in (False, True):
        await ahead(runtime.ledger, downloads).announce(record(), refetch=refetch)
    assert downloads.asked == [1, 1]
    assert await epochs(runtime) == [0, 1]
