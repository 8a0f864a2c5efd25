"""Batches out of concurrent calls."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence

import numpy as np
import pytest

from common.embed.batching import Batched
from common.embed.embedder import Vectors
from common.errors import Unavailable


class Slow:
    """An encoder that waits for leave and remembers its batches; a text is its vector."""

    model = "slow"
    dim = 1

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.leave = threading.Semaphore(0)
        self.threads: set[int] = set()
        self.running = threading.Event()
        self.both = threading.Event()

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.threads.add(threading.get_ident())
        self.running.set()
        if len(self.threads) == 2:
            self.both.set()
        assert self.leave.acquire(timeout=60)
        self.batches.append(list(texts))
        return np.array([[float(text)] for text in texts], dtype=np.float32)


@pytest.fixture
async def slow() -> Slow:
    return Slow()


@pytest.fixture
async def batched(slow: Slow) -> AsyncIterator[Batched]:
    batched = Batched(slow, max_batch=4)
    yield batched
    slow.leave.release(99)
    await batched.close()


async def started(slow: Slow) -> None:
    assert await asyncio.to_thread(slow.running.wait, 60)


async def test_calls_that_wait_share_batches_in_turn(slow: Slow, batched: Batched) -> None:
    first = asyncio.create_task(batched.embed(["0"]))
    await started(slow)
    paper = asyncio.create_task(batched.embed([str(n) for n in range(10, 16)]))
    await asyncio.sleep(0)
    query = asyncio.create_task(batched.embed(["99"]))
    await asyncio.sleep(0)
    slow.leave.release(99)
    assert (await first).tolist() == [[0.0]]
    assert (await paper).tolist() == [[float(n)] for n in range(10, 16)]
    assert (await query).tolist() == [[99.0]]
    assert slow.batches == [["0"], ["10", "99", "11", "12"], ["13", "14", "15"]]
    assert len(slow.threads) == 1


async def test_threads_share_what_waits(slow: Slow) -> None:
    batched = Batched(slow, threads=2)
    calls = [asyncio.create_task(batched.embed([text])) for text in "0123"]
    paper = asyncio.create_task(batched.embed(["10", "11", "12"]))
    assert await asyncio.to_thread(slow.both.wait, 60)
    slow.leave.release(99)
    await asyncio.gather(*calls)
    assert (await paper).tolist() == [[10.0], [11.0], [12.0]]
    assert max(map(len, slow.batches)) == 4
    await batched.close()


async def test_the_texts_of_one_call_are_computed_side_by_side(slow: Slow) -> None:
    batched = Batched(slow, threads=2)
    paper = asyncio.create_task(batched.embed(["1", "2", "3"]))
    await asyncio.sleep(0)
    slow.leave.release(99)
    assert (await paper).tolist() == [[1.0], [2.0], [3.0]]
    assert sorted(slow.batches) == [["1", "2"], ["3"]]
    await batched.close()


async def test_the_loop_stays_free(slow: Slow, batched: Batched) -> None:
    task = asyncio.create_task(batched.embed(["1"]))
    await started(slow)
    assert not task.done()
    slow.leave.release()
    await task


async def test_a_cancelled_call_is_not_computed(slow: Slow, batched: Batched) -> None:
    first = asyncio.create_task(batched.embed(["0"]))
    await started(slow)
    gone = asyncio.create_task(batched.embed(["1", "2"]))
    await asyncio.sleep(0)
    gone.cancel()
    slow.leave.release(99)
    await first
    assert (await batched.embed(["3"])).tolist() == [[3.0]]
    assert slow.batches == [["0"], ["3"]]


async def test_an_error_reaches_its_callers_only(slow: Slow, batched: Batched) -> None:
    slow.leave.release(99)
    with pytest.raises(ValueError, match="word"):
        await batched.embed(["word"])
    assert (await batched.embed(["3"])).tolist() == [[3.0]]


async def test_nothing_to_do(batched: Batched) -> None:
    assert (await batched.embed([])).shape == (0, 1)


async def test_close_lets_nobody_wait(slow: Slow) -> None:
    batched = Batched(slow, max_batch=1)
    waiting = [asyncio.create_task(batched.embed([str(n)])) for n in range(3)]
    await started(slow)
    slow.leave.release(99)
    await batched.close()
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(done[-1], asyncio.CancelledError)


async def test_a_lone_short_text_is_computed_where_it_is_asked_for(slow: Slow) -> None:
    inline = Batched(slow, inline_chars=3)
    slow.leave.release(99)
    assert (await inline.embed(["12"])).tolist() == [[12.0]]
    assert slow.threads == {threading.get_ident()}
    await inline.embed(["1234"])
    await inline.embed(["1", "2"])
    assert len(slow.threads) == 2
    await inline.close()


async def test_once_closed_it_says_so(slow: Slow) -> None:
    batched = Batched(slow)
    await batched.close()
    with pytest.raises(Unavailable):
        await batched.embed(["1"])
