"""In-memory dead letters, made and read by the code that does so on the bus."""

from typing import Any

import msgspec

from common.errors import Unavailable
from common.events import PaperEmbedded, PaperMeta
from common.letters.letter import Letter, Opened, letter, opened
from common.letters.replaying import Outcome, gone
from common.letters.which import Which
from common.papermeta import ObjectRef
from common.stream import Stored

REF = ObjectRef(key="text/aa", sha256="aa", size_bytes=1)
TRACE = f"00-{'ab' * 16}-{'cd' * 8}-01"


class FakeLetters:
    """As ``common.letters.box.Letters``, without a bus; what was done is kept in ``done``."""

    def __init__(self) -> None:
        self.kept: dict[int, Opened] = {}
        self.done: list[tuple[str, int]] = []
        self.down = False

    def bury(self, seq: int, *, title: str = "", body: bytes = b"", **why: Any) -> Letter:
        """One dead letter of the summarizer."""
        meta = PaperMeta(title=title or f"Paper {seq}", feeds=("ai-scholar",))
        event = PaperEmbedded(
            paper=f"arxiv:2401.{seq:05d}", version=1, meta=meta, text=REF, model="m", passages=3
        )
        told = {
            "class": "Refused",
            "reason": "refused",
            "error": "gpt-4o-mini refused to summarise this paper",
            "attempts": "1",
            "seq": str(seq - 1),
            **why,
        }
        service = told.pop("service", "summarizer")
        draft = letter(
            event.subject,
            body or msgspec.json.encode(event),
            service=service,
            why=told,
            trace=TRACE,
        )
        at = f"2026-07-14T08:{seq % 60:02d}:00.000000000Z"
        found = opened(Stored(seq, draft.subject, at, draft.body, draft.all_headers()))
        self.kept[seq] = found
        return found.letter

    def _asked(self) -> None:
        if self.down:
            raise Unavailable("nats", "gone")

    async def count(self) -> int:
        self._asked()
        return len(self.kept)

    async def list(self, which: Which, *, after: int, limit: int) -> tuple[list[Letter], bool]:
        self._asked()
        found = [self.kept[seq].letter for seq in sorted(self.kept) if seq > after]
        chosen = [one for one in found if which.fits(one)]
        return chosen[:limit], len(chosen) > limit

    async def get(self, seq: int) -> Opened | None:
        self._asked()
        return self.kept.get(seq)

    async def replay(self, seq: int, *, dry: bool = False) -> Outcome:
        self._asked()
        found = self.kept.get(seq)
        if found is None:
            return gone(seq)
        if not found.letter.replayable:
            return Outcome(letter=seq, outcome="refused", words="it cannot be replayed")
        return self._ended("replayed", seq, dry)

    async def drop(self, seq: int, *, dry: bool = False) -> Outcome:
        self._asked()
        return self._ended("dropped", seq, dry) if seq in self.kept else gone(seq)

    def _ended(self, outcome: Any, seq: int, dry: bool) -> Outcome:
        found = self.kept[seq]
        if not dry:
            del self.kept[seq]
            self.done.append((outcome, seq))
        return Outcome(letter=seq, outcome=outcome, paper=found.letter.paper, epoch=1)
