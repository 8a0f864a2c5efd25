"""A recovery replays what died of it, on a real nats-server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from buses import connected
from common import aftercare, topology
from common.batch import publish_one
from common.events import FetchRequested, PaperAnnounced, PaperMeta
from common.ledger import Row, State
from common.letters.box import Letters
from common.letters.letter import HEADERS, letter
from common.letters.redrive import Redriver
from common.runtime import Runtime
from common.settings import RuntimeSettings
from common.stream import following
from servers import Nats

pytestmark = pytest.mark.connected

REST_S = 60.0


class Ward:
    """The letters of a fetcher that does nothing."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.letters = Letters(runtime.js, runtime.ledger)
        self.redriver = Redriver("fetcher", self.letters, runtime.js, REST_S)

    async def died(self, paper: str, *, reason: str = "gave_up", **lineage: str) -> None:
        event = PaperAnnounced(paper=paper, version=1, meta=PaperMeta(title="T"))
        why = {"class": "Retryable", "reason": reason, "seq": paper, **lineage}
        dead = letter(event.subject, msgspec.json.encode(event), service="fetcher", why=why)
        row = self.row(paper, "dead")
        assert await self.runtime.ledger.commit(row, None, dead)

    def row(self, paper: str, state: State) -> Row:
        return Row(paper=paper, row="fetcher", state=state, version=1, at="2026-07-14T08:00:00Z")

    async def worked(self) -> None:
        assert await self.runtime.ledger.commit(self.row("fine", "done"), None)

    async def replays(self) -> list[tuple[str, str]]:
        """Paper and count of redrives of each replay."""
        found = await following(self.runtime.js, topology.PAPERS, "retry.>")
        return [
            (msgspec.json.decode(one.body, type=PaperAnnounced).paper, header)
            for one in found
            if (header := one.headers[HEADERS["redrives"]])
        ]


@asynccontextmanager
async def ward(nats: Nats) -> AsyncIterator[Ward]:
    async with connected(nats, "fetcher") as runtime:
        yield Ward(runtime)


def later(**span: float) -> str:
    return (datetime.now(UTC) + timedelta(**span)).isoformat(timespec="microseconds")[:26] + "Z"


async def test_all_are_replayed_when_work_succeeds_again(nats: Nats) -> None:
    async with ward(nats) as here:
        await here.died("a")
        await here.died("b")
        await here.died("c", reason="refused")
        assert await here.redriver.look(later(seconds=5)) == 0, "they rest first"
        await here.worked()
        assert await here.redriver.look(later(seconds=90)) == 2
        assert await here.replays() == [("a", "1"), ("b", "1")]
        assert await here.redriver.look(later(hours=9)) == 0


async def test_one_is_tried_when_nothing_proves_it(nats: Nats) -> None:
    async with ward(nats) as here:
        for paper in ("a", "b", "c"):
            await here.died(paper)
        assert await here.redriver.look(later(minutes=2)) == 1
        assert await here.redriver.look(later(minutes=3)) == 0
        await here.worked()
        assert await here.redriver.look(later(minutes=4)) == 2
        assert await here.replays() == [("a", "1"), ("b", "1"), ("c", "1")]


async def test_a_letter_that_came_back_has_to_wait_and_ends_with_the_third(nats: Nats) -> None:
    async with ward(nats) as here:
        await here.died("a", letter="5", redrives="1", redriven=later(minutes=-10))
        await here.died("b", letter="6", redrives="3", redriven=later(hours=-9))
        await here.worked()
        assert await here.redriver.look(later(minutes=2)) == 0
        assert await here.redriver.look(later(minutes=52)) == 1
        assert await here.replays() == [("a", "2")]


async def test_a_new_letter_is_seen_after_many_of_no_interest(nats: Nats) -> None:
    async with ward(nats) as here:
        for n in range(120):
            await here.died(f"x{n}", reason="refused")
        assert await here.redriver.look(later(minutes=2)) == 0
        await here.died("late")
        assert await here.redriver.look(later(minutes=2)) == 1
        assert await here.replays() == [("late", "1")]


async def test_requests_and_what_cannot_be_read(nats: Nats) -> None:
    async with ward(nats) as here:
        why = {"reason": "gave_up", "seq": "1"}
        for subject, body in (
            ("fetch.requested", msgspec.json.encode(FetchRequested(feed="ai"))),
            ("paper.announced", b"{"),
        ):
            dead = letter(subject, body, service="fetcher", why=why)
            await publish_one(here.runtime.js, topology.PAPERS, dead)
        assert await here.redriver.look(later(minutes=2)) == 1
        assert (await here.runtime.js.stream_info(topology.REQUESTS)).state.messages == 1


async def test_it_can_be_switched_off(nats: Nats) -> None:
    async with ward(nats) as here:
        assert len(aftercare.tasks(here.runtime, RuntimeSettings())) == 2
        assert len(aftercare.tasks(here.runtime, RuntimeSettings(dead_redrive=False))) == 1


async def test_the_tasks_end_with_the_service(nats: Nats) -> None:
    async with ward(nats) as here:
        here.runtime.stopping.set()
        for task in aftercare.tasks(here.runtime, RuntimeSettings()):
            await task()
