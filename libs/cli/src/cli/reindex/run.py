"""Fills an index round by round until it lacks nothing, and says what came of it."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from cli.reindex.catalogue import Gap
from cli.reindex.desk import Desk
from cli.reindex.fill import Fill, Tally, tokens_of
from cli.reindex.overlap import Agreement, Query, Side, compare
from common import objects
from common.cancelling import ended
from common.errors import Unavailable, UsageError
from common.ids import now
from common.vectors.placing import Place
from common.vectors.spaces import Space

KEY = "fill"
BEAT_S = 2.0
SILENT_S = 3 * BEAT_S
TRIES = 3
FLOAT_BYTES = 4


class Beat(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a fill is, as other processes see it."""

    model: str
    state: Literal["filling", "filled", "stopped"]
    at: str
    done: int = 0
    total: int = 0
    papers_per_s: float = 0.0
    eta_s: float | None = None
    agreement: Agreement | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a fill."""

    model: str
    dim: int
    kind: str
    complete: bool
    papers: int
    passages: int
    filled: int
    texts_embedded: int
    seconds: float
    papers_per_s: float
    tokens: int
    cost_usd: float
    vector_bytes: int
    failed: dict[str, str]
    agreement: Agreement | None = None


async def last_beat(desk: Desk) -> Beat | None:
    """The newest word of a fill, or None."""
    entry = await desk.kv.get(KEY)
    return None if entry is None else msgspec.json.decode(entry.value, type=Beat)


async def refuse_second(desk: Desk) -> None:
    """Raises UsageError while another fill is at work; one that was killed is silent."""
    first = await last_beat(desk)
    until = time.monotonic() + SILENT_S
    while first is not None and first.state == "filling" and time.monotonic() < until:
        await asyncio.sleep(BEAT_S / 4)
        if await last_beat(desk) != first:
            raise UsageError(
                "index",
                f"another fill of {first.model} is at work; follow it with `reindex status`",
            )


class Run:
    """One fill with its progress."""

    def __init__(self, desk: Desk, space: Space, say: Callable[[Tally], None]) -> None:
        self._desk = desk
        self._space = space
        self._say = say
        self._tally = Tally(total=0)
        self._tries: Counter[str] = Counter()

    async def fill(self, queries: Sequence[Query] | int, usd_per_million: float) -> Report:
        """Fill, compare, report; raises UsageError when the space is dropped meanwhile."""
        async with self._desk.side(self._space) as side:
            state: Literal["filled", "stopped"] = "stopped"
            agreement = None
            try:
                await self._watched(side)
                agreement = await self._compared(side, queries)
                state = "filled"
            finally:
                await self._beat(state, agreement)
            return self._report(tokens_of(side.embedder), usd_per_million, agreement)

    async def _watched(self, side: Side) -> None:
        work = asyncio.create_task(self._rounds(side))
        try:
            while not work.done():
                await self._beat("filling")
                self._say(self._tally)
                await self._refuse_dropped()
                await asyncio.wait((work,), timeout=BEAT_S)
            await work
        finally:
            await ended(work)
        self._say(self._tally)

    async def _refuse_dropped(self) -> None:
        with contextlib.suppress(Unavailable):  # what is down for a moment ends no fill
            if self._space not in (await self._desk.known()).spaces.all:
                raise UsageError("index", f"{self._space.model} was dropped meanwhile")

    async def _rounds(self, side: Side) -> None:
        store = objects.connect(self._desk.settings.objects)
        place = Place(side.embedder, side.vectors)
        filling = Fill(place, self._desk.catalogue, self._desk.runtime.bus, store)
        while gaps := await self._left():
            self._tally.total += len(gaps)
            await filling.run(gaps, self._tally)

    async def _left(self) -> list[Gap]:
        """What is still to do; a gap that stays after some tries is told as failed."""
        gaps = await self._desk.gaps(self._space)
        for gap in gaps:
            self._tries[gap.paper] += 1
            if self._tries[gap.paper] > TRIES:
                self._tally.failed.setdefault(gap.paper, f"still {gap.why}")
        return [gap for gap in gaps if gap.paper not in self._tally.failed]

    async def _compared(self, side: Side, queries: Sequence[Query] | int) -> Agreement | None:
        serving = (await self._desk.known()).spaces.serving
        if isinstance(queries, int):
            titles = self._desk.catalogue.titles(queries)
            queries = [Query(title, paper) for paper, title in titles]
        if serving == self._space or not queries:
            return None
        async with self._desk.side(serving) as before:
            return await compare(before, side, queries)

    async def _beat(
        self, state: Literal["filling", "filled", "stopped"], agreement: Agreement | None = None
    ) -> None:
        tally = self._tally
        beat = Beat(
            model=self._space.model,
            state=state,
            at=now(),
            done=tally.done,
            total=tally.total,
            papers_per_s=round(tally.rate, 1),
            eta_s=tally.eta_s,
            agreement=agreement,
        )
        with contextlib.suppress(Unavailable):
            await self._desk.kv.put(KEY, msgspec.json.encode(beat))

    def _report(self, tokens: int, price: float, agreement: Agreement | None) -> Report:
        catalogue, tally, space = self._desk.catalogue, self._tally, self._space
        points = len(catalogue.papers) + catalogue.passages
        return Report(
            model=space.model,
            dim=space.dim,
            kind=space.kind,
            complete=not tally.failed,
            papers=len(catalogue.papers),
            passages=catalogue.passages,
            filled=tally.done - len(tally.failed),
            texts_embedded=tally.texts,
            seconds=round(tally.seconds, 1),
            papers_per_s=round(tally.rate, 1),
            tokens=tokens,
            cost_usd=round(tokens * price / 1e6, 4),
            vector_bytes=points * space.dim * FLOAT_BYTES,
            failed=tally.failed,
            agreement=agreement,
        )
