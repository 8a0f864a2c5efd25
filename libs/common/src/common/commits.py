"""Group commit: concurrent ledger writes of one process share one atomic batch.

A batch costs the server several disk syncs however many messages it holds, so writes that wait
for the one before them travel together. A group that is refused is tried again one by one.
See ADR 0003.
"""

import asyncio
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from common.batch import Draft, publish_batch
from common.errors import ServiceError

if TYPE_CHECKING:
    from nats.js import JetStreamContext

MAX_GROUP = 64
MAX_GROUP_BYTES = 512 * 1024
GATHER_S = 0.004
"""How long those of the last group are waited for: less than a batch of its own would cost."""
LOOKS = 8


class _Commit(NamedTuple):
    drafts: tuple[Draft, ...]
    """The first one is the guarded row."""
    answer: asyncio.Future[bool | None]

    @property
    def size_bytes(self) -> int:
        return sum(len(draft.body) for draft in self.drafts)


class GroupCommit:
    """Stores drafts of one stream; each call is all or nothing by itself."""

    def __init__(self, js: "JetStreamContext", stream: str) -> None:
        self._js = js
        self._stream = stream
        self._waiting: deque[_Commit] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._last = 0

    async def store(self, *drafts: Draft) -> bool | None:
        """As ``publish_batch``: True stored, False refused, None unknown."""
        commit = _Commit(drafts, asyncio.get_running_loop().create_future())
        self._waiting.append(commit)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._drain())
        return await asyncio.shield(commit.answer)

    async def _drain(self) -> None:
        while self._waiting:
            await self._gathered()
            group = self._next_group()
            self._last = len(group)
            if len(group) == 1:
                await self._store_one(group[0])
            else:
                await self._store_group(group)

    async def _gathered(self) -> None:
        """Wait a moment for as many as last time: workers that were let go together come together.

        A lone writer never waits, and one that stays behind alone does so once.
        """
        for _ in range(LOOKS):
            if len(self._waiting) >= self._last:
                return
            await asyncio.sleep(GATHER_S / LOOKS)

    def _next_group(self) -> list[_Commit]:
        """As many as fit whose rows differ: one batch may write a guarded subject only once."""
        group: list[_Commit] = []
        rows: set[str] = set()
        size = 0
        while self._waiting and len(group) < MAX_GROUP:
            head = self._waiting[0]
            size += head.size_bytes
            if head.drafts[0].subject in rows or (group and size > MAX_GROUP_BYTES):
                break
            rows.add(head.drafts[0].subject)
            group.append(self._waiting.popleft())
        return group

    async def _store_group(self, group: list[_Commit]) -> None:
        drafts = [draft for commit in group for draft in commit.drafts]
        try:
            stored = await publish_batch(self._js, self._stream, drafts)
        except ServiceError:
            stored = False
        if stored is False:
            for commit in group:
                await self._store_one(commit)
            return
        for commit in group:
            _answer(commit, stored)

    async def _store_one(self, commit: _Commit) -> None:
        try:
            stored = await publish_batch(self._js, self._stream, commit.drafts)
        except ServiceError as error:
            if not commit.answer.done():
                commit.answer.set_exception(error)
        else:
            _answer(commit, stored)


def _answer(commit: _Commit, stored: bool | None) -> None:
    if not commit.answer.done():
        commit.answer.set_result(stored)
