"""New, replaced or had."""

import asyncio

import pytest

from common.events import ObjectRef
from fakes_fetcher import FakeLedger, record
from fetcher.announce import LedgerAnnouncer, Rehearsal


@pytest.mark.parametrize(
    ("versions", "outcomes"),
    [
        ([1], ["new"]),
        ([1, 1], ["new", "had"]),
        ([1, 2], ["new", "replaced"]),
        ([3, 2], ["new", "had"]),
    ],
)
async def test_outcomes(versions: list[int], outcomes: list[str]) -> None:
    ledger = FakeLedger()
    announcer = LedgerAnnouncer(ledger)
    assert [await announcer.announce(record(version=v)) for v in versions] == outcomes
    assert len(ledger.announced) == sum(outcome != "had" for outcome in outcomes)


async def test_a_refetch_raises_the_epoch() -> None:
    ledger = FakeLedger()
    announcer = LedgerAnnouncer(ledger)
    for refetch in (False, True, True):
        await announcer.announce(record(), refetch=refetch)
    assert [event.epoch for event in ledger.announced] == [0, 1, 2]


async def test_racing_replicas_announce_once() -> None:
    ledger = FakeLedger()
    outcomes = await asyncio.gather(*(LedgerAnnouncer(ledger).announce(record()) for _ in range(8)))
    assert sorted(outcomes) == ["had"] * 7 + ["new"]
    assert len(ledger.announced) == 1


async def test_the_file_travels_with_its_announcement() -> None:
    ledger, ref = FakeLedger(), ObjectRef(key="pdf/aa/a", sha256="a", size_bytes=1)
    await LedgerAnnouncer(ledger).announce(record(), pdf=ref)
    assert ledger.announced[0].pdf == ref


async def test_a_rehearsal_only_remembers() -> None:
    rehearsal = Rehearsal()
    assert [await rehearsal.announce(record()) for _ in range(2)] == ["new", "had"]
    assert [found.paper for found in rehearsal.records] == ["arxiv:2607.00001"]
