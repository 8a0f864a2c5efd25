"""Fills the index of one model from stored texts; no PDF is read again."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, runtime_checkable

import msgspec

from cli.progress import eta_s
from cli.reindex.catalogue import Catalogue, Gap
from common import texts
from common.bus import Bus
from common.embed.embedder import Embedder
from common.errors import UNREADABLE, ServiceError, Terminal, Unavailable
from common.events import Event, PaperEmbedded, PaperFetched
from common.objects import Objects
from common.texts import PaperText
from common.vectors import placing
from common.vectors.composing import paper_point, searched
from common.vectors.placing import Place
from common.vectors.points import PaperPoint

F = TypeVar("F", bound=Event)
WORKERS = 4
WAIT_S = 2.0


@runtime_checkable
class Metered(Protocol):
    """An embedder that is paid by the token."""

    tokens: int


@dataclass
class Tally:
    """How far a fill has come."""

    total: int
    done: int = 0
    texts: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Time since it began."""
        return time.monotonic() - self.began

    @property
    def rate(self) -> float:
        """Papers a second."""
        return self.done / self.seconds if self.done else 0.0

    @property
    def eta_s(self) -> float | None:
        """Seconds that are left at this rate; None while that is not known."""
        return eta_s(self.done, self.total, self.seconds)


def tokens_of(embedder: Embedder) -> int:
    """Tokens that were paid for so far."""
    return embedder.tokens if isinstance(embedder, Metered) else 0


class Fill:
    """One paper after the other, ``WORKERS`` at once."""

    def __init__(self, place: Place, catalogue: Catalogue, bus: Bus, objects: Objects) -> None:
        self._place = place
        self._catalogue = catalogue
        self._bus = bus
        self._objects = objects

    async def run(self, gaps: Sequence[Gap], tally: Tally) -> None:
        """Mend every gap; what cannot be mended is told in the tally."""
        waiting = iter(gaps)
        async with asyncio.TaskGroup() as group:
            for _ in range(WORKERS):
                group.create_task(self._work(waiting, tally))

    async def _work(self, waiting: Iterator[Gap], tally: Tally) -> None:
        for gap in waiting:
            while True:
                try:
                    await self._mend(gap, tally)
                except Unavailable:
                    await asyncio.sleep(WAIT_S)
                    continue
                except ServiceError as error:
                    tally.failed[gap.paper] = str(error)
                break
            tally.done += 1

    async def _mend(self, gap: Gap, tally: Tally) -> None:
        if not gap.summary_only:
            event, embedded = await self._facts(gap.paper)
            text = await self._text(embedded)
            point = self._with_summary(paper_point(event, text, None, at=embedded.at))
            given = await placing.rendered(self._place.embedder, searched(event), text)
            tally.texts += len(given.sparse)
            await placing.put(self._place.index, text, point, given)
        elif summary := self._catalogue.summary_of(gap.paper):
            told = (summary.version, summary.tldr, summary.model)
            await self._place.index.set_summary(gap.paper, *told)

    def _with_summary(self, point: PaperPoint) -> PaperPoint:
        summary = self._catalogue.summary_of(point.paper)
        if summary is None:
            return point
        return msgspec.structs.replace(point, tldr=summary.tldr, summary_model=summary.model)

    async def _facts(self, paper: str) -> tuple[PaperFetched, PaperEmbedded]:
        """What was fetched, as it was when it was indexed."""
        indexed = self._catalogue.papers[paper]
        embedded = await self._fact(indexed.seq, PaperEmbedded)
        seq = self._catalogue.fetched.get((paper, indexed.version), 0)
        fetched = await self._fact(seq, PaperFetched) if seq else None
        event = PaperFetched(
            paper=paper,
            version=embedded.version,
            epoch=embedded.epoch,
            meta=embedded.meta,
            pdf=fetched.pdf if fetched else None,
        )
        return event, embedded

    async def _fact(self, seq: int, kind: type[F]) -> F:
        found = await self._bus.get(seq)
        if found is None:
            raise Terminal(f"message {seq} is not in the log any more", reason="gone")
        return msgspec.json.decode(found.body, type=kind)

    async def _text(self, embedded: PaperEmbedded) -> PaperText:
        try:
            return texts.decode_text(await self._objects.get(embedded.text))
        except UNREADABLE as error:
            raise Terminal(f"{embedded.text.key} is no text: {error}", reason="text") from error
