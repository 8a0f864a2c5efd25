"""Batches formed inside the process out of concurrent calls, computed in threads of their own."""

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from common.embed.embedder import Encoder, Vectors
from common.errors import Unavailable

MAX_BATCH = 16


class _Call:
    """The texts of one caller and the rows computed so far."""

    def __init__(self, texts: Sequence[str], dim: int, answer: asyncio.Future[Vectors]) -> None:
        self.texts = texts
        self.rows: Vectors = np.empty((len(texts), dim), dtype=np.float32)
        self.answer = answer
        self.taken = 0
        self.filled = 0


_Share = tuple[_Call, int]
"""One text of one call."""


class Batched:
    """An Embedder around an Encoder.

    While a batch is computed the next one gathers, so a lone text never waits for company.
    Each batch takes one text of every waiting call in turn: a query is not stuck behind a paper.
    What waits is shared out among the threads, so that none has all of it while another has none.
    """

    def __init__(
        self,
        encoder: Encoder,
        *,
        max_batch: int = MAX_BATCH,
        threads: int = 1,
        inline_chars: int = 0,
    ) -> None:
        """``threads``: so many batches are computed at once.

        ``inline_chars``: a lone text no longer than this is computed where it is asked for. A
        query takes 3 ms to compute, and half as long again to hand to a thread and back.
        """
        self.model = encoder.model
        self.dim = encoder.dim
        self._encoder = encoder
        self._max_batch = max_batch
        self._inline_chars = inline_chars
        self._calls: deque[_Call] = deque()
        self._all = self._free = threads
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="embed")
        self._pumps: set[asyncio.Task[None]] = set()
        self._closed = False

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """One row per text, in their order; a cancelled call leaves the queue.

        Raises Unavailable once it is closed.
        """
        if self._closed:
            raise Unavailable("embedder", "is closed")
        if len(texts) == 1 and len(texts[0]) <= self._inline_chars:
            return self._encoder.encode(texts)
        answer: asyncio.Future[Vectors] = asyncio.get_running_loop().create_future()
        call = _Call(texts, self.dim, answer)
        if not texts:
            return call.rows
        self._calls.append(call)
        for _ in range(min(self._free, len(texts))):
            self._free -= 1
            pump = asyncio.create_task(self._work())
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)
        return await answer

    async def close(self) -> None:
        """Wait for the batches in hand, answer nobody else, and end the threads."""
        self._closed = True
        while self._calls:
            self._calls.popleft().answer.cancel()
        await asyncio.gather(*self._pumps)
        self._threads.shutdown(wait=True)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while batch := self._next():
            texts = [call.texts[at] for call, at in batch]
            run = loop.run_in_executor(self._threads, self._encoder.encode, texts)
            await asyncio.wait((run,))
            if (error := run.exception()) is not None:
                for call, _ in batch:
                    if not call.answer.done():
                        call.answer.set_exception(error)
            else:
                _deal(batch, run.result())
        self._free += 1

    def _next(self) -> list[_Share]:
        """The next texts, one of each call in turn; calls nobody waits for are dropped."""
        batch: list[_Share] = []
        waiting = sum(len(call.texts) - call.taken for call in self._calls)
        most = min(self._max_batch, -(-waiting // self._all))
        while self._calls and len(batch) < most:
            call = self._calls.popleft()
            if call.answer.done():
                continue
            batch.append((call, call.taken))
            call.taken += 1
            if call.taken < len(call.texts):
                self._calls.append(call)
        return batch


def _deal(batch: list[_Share], vectors: Vectors) -> None:
    for (call, at), vector in zip(batch, vectors, strict=True):
        call.rows[at] = vector
        call.filled += 1
        if call.filled == len(call.texts) and not call.answer.done():
            call.answer.set_result(call.rows)
