"""Group commit, on a server made of a list."""

import asyncio
from typing import Any

import msgspec
import pytest

from common import topology
from common.batch import Draft
from common.commits import GATHER_S, MAX_GROUP, GroupCommit
from common.errors import EventTooLarge, Unavailable
from fakes_fetcher import virtually

STORED = b'{"stream":"PAPERS","seq":1}'
REFUSED = b'{"error":{"code":400,"err_code":10071,"description":"wrong last sequence"}}'
FULL = b'{"error":{"code":503,"err_code":10077,"description":"maximum bytes exceeded"}}'


class Server:
    """Keeps batches; ``answers`` are given one after the other, then every batch is stored."""

    def __init__(self, *answers: Any) -> None:
        self._nc = self
        self.batches: list[list[str]] = []
        self.headers: list[list[dict[str, str]]] = []
        self._answers = list(answers)
        self._open: list[tuple[str, dict[str, str]]] = []

    async def publish(self, subject: str, body: bytes, headers: dict[str, str]) -> None:
        self._open.append((subject, headers))

    async def request(
        self, subject: str, body: bytes, *, timeout: float, headers: dict[str, str]
    ) -> Any:
        whole = [*self._open, (subject, headers)]
        self._open = []
        self.batches.append([name for name, _ in whole])
        self.headers.append([sent for _, sent in whole])
        await asyncio.sleep(0)
        answer = self._answers.pop(0) if self._answers else STORED
        if isinstance(answer, Exception):
            raise answer
        return msgspec.defstruct("Answer", [("data", bytes)])(answer)


def row(paper: int, body: bytes = b"{}") -> Draft:
    return Draft(subject=f"ledger.{paper}.x", body=body, expected_seq=0)


def fact(paper: int) -> Draft:
    return Draft(subject="paper.fetched", body=b"{}", message_id=f"id-{paper}")


async def stored(server: Any, *commits: tuple[Draft, ...]) -> list[Any]:
    group = GroupCommit(server, topology.PAPERS)
    return await asyncio.gather(
        *(group.store(*drafts) for drafts in commits), return_exceptions=True
    )


async def test_one_commit_is_one_batch() -> None:
    server = Server()
    assert await stored(server, (row(1), fact(1))) == [True]
    assert server.batches == [["ledger.1.x", "paper.fetched"]]
    first, last = server.headers[0]
    assert first["Nats-Batch-Id"] == last["Nats-Batch-Id"]
    assert (first["Nats-Batch-Sequence"], last["Nats-Batch-Sequence"]) == ("1", "2")
    assert (first.get("Nats-Batch-Commit"), last["Nats-Batch-Commit"]) == (None, "1")
    assert first["Nats-Expected-Last-Subject-Sequence"] == "0"
    assert last["Nats-Msg-Id"] == "id-1"


async def test_a_single_message_needs_no_batch() -> None:
    server = Server()
    assert await stored(server, (row(1),)) == [True]
    assert "Nats-Batch-Id" not in server.headers[0][0]


async def test_workers_let_go_together_share_the_next_batch_too() -> None:
    server: Any = Server()
    group = GroupCommit(server, topology.PAPERS)

    async def work(paper: int) -> None:
        await group.store(row(paper))
        for _ in range(paper):  # settling comes back to one after the other
            await asyncio.sleep(0)
        await group.store(row(paper + 10))

    async with asyncio.timeout(60):
        await asyncio.gather(*(work(paper) for paper in range(4)))
    assert [len(batch) for batch in server.batches] == [4, 4]


def test_one_that_stays_behind_waits_once() -> None:
    server: Any = Server()
    took: list[float] = []

    async def main(loop: asyncio.AbstractEventLoop) -> None:
        group = GroupCommit(server, topology.PAPERS)
        await asyncio.gather(*(group.store(row(paper)) for paper in range(4)))
        for paper in (5, 6):
            began = loop.time()
            await group.store(row(paper))
            took.append(loop.time() - began)

    virtually(main)
    assert took == [pytest.approx(GATHER_S), 0]
    assert len(server.batches) == 3


async def test_commits_that_wait_travel_together() -> None:
    server = Server()
    commits = [(row(n), fact(n)) for n in range(10)]
    assert await stored(server, *commits) == [True] * 10
    assert len(server.batches) == 1
    assert len(server.batches[0]) == 20


async def test_a_group_has_a_largest_size() -> None:
    server = Server()
    assert await stored(server, *((row(n),) for n in range(MAX_GROUP + 5))) == [True] * 69
    assert [len(batch) for batch in server.batches] == [MAX_GROUP, 5]


async def test_a_group_has_most_bytes() -> None:
    server = Server()
    big = b"x" * 60_000
    assert all(await stored(server, *((row(n, big),) for n in range(20))))
    assert max(len(batch) for batch in server.batches) == 8


async def test_the_same_row_twice_is_two_batches() -> None:
    server = Server(STORED, REFUSED, REFUSED)
    assert await stored(server, (row(1),), (row(1),), (row(2),)) == [True, False, True]
    assert all(len(set(batch)) == len(batch) for batch in server.batches)


async def test_a_refused_group_is_tried_one_by_one() -> None:
    server = Server(REFUSED, STORED, REFUSED, STORED)
    commits = [(row(n), fact(n)) for n in range(3)]
    assert await stored(server, *commits) == [True, False, True]
    assert [len(batch) for batch in server.batches] == [6, 2, 2, 2]


async def test_one_that_is_too_large_does_not_hold_the_others() -> None:
    server = Server()
    big = row(2, b"x" * (topology.MAX_EVENT_BYTES + 1))
    first, second, third = await stored(server, (row(1),), (big,), (row(3),))
    assert (first, third) == (True, True)
    assert isinstance(second, EventTooLarge)


async def test_no_answer_is_unknown_for_all_of_the_group() -> None:
    assert await stored(Server(TimeoutError()), (row(1),), (row(2),)) == [None, None]


async def test_what_the_server_says_reaches_the_caller() -> None:
    (error,) = await stored(Server(FULL), (row(1),))
    assert isinstance(error, Unavailable)
    assert "full" in str(error)


@pytest.mark.parametrize("code", [10071, 10164, 10201])
async def test_a_guard_that_does_not_hold_is_a_refusal(code: int) -> None:
    answer = msgspec.json.encode({"error": {"code": 400, "err_code": code, "description": "no"}})
    assert await stored(Server(answer), (row(1), fact(1))) == [False]


async def test_the_next_commit_after_a_failure_is_stored() -> None:
    group = GroupCommit(Server(FULL), topology.PAPERS)  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        await group.store(row(1))
    assert await group.store(row(1)) is True


async def test_a_caller_that_gives_up_leaves_the_commit_in_work() -> None:
    server: Any = Server()
    group = GroupCommit(server, topology.PAPERS)
    first = asyncio.create_task(group.store(row(1)))
    await asyncio.sleep(0)
    first.cancel()
    assert await group.store(row(2)) is True
    assert sorted(name for batch in server.batches for name in batch) == [
        "ledger.1.x",
        "ledger.2.x",
    ]
