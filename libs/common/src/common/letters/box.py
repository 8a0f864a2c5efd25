"""The dead letters that wait: find, open, replay, drop.

A letter is named by its sequence in the log. It leaves the log when it was replayed or dropped;
what stays is the message on ``retry.<service>.>`` or the ledger row ``cancelled``.
"""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import msgspec
from nats.errors import Error as NatsError
from nats.js.errors import APIError

from common import topology
from common.batch import check_size, publish_one
from common.errors import EventTooLarge, Terminal, Unavailable
from common.ids import now
from common.ledger import Entry, Ledger
from common.letters.letter import Letter, Opened, decoded, opened
from common.letters.replaying import Outcome, Redrive, cut_off, gone, is_open, replayed
from common.letters.which import Which
from common.stream import by_sequence, onwards

if TYPE_CHECKING:
    from nats.js import JetStreamContext

TRIES = 5
END_OF_LOG = 2**63


class Letters:
    """The dead letters of a bus. Methods raise Unavailable when it does not answer."""

    def __init__(self, js: "JetStreamContext", ledger: Ledger) -> None:
        self._js = js
        self._ledger = ledger

    async def find(
        self, which: Which, *, subject: str = ">", after: int = 0
    ) -> AsyncIterator[Opened]:
        """The letters that fit, the longest waiting first; ``subject`` is the original one."""
        pattern = topology.dead_subject(subject)
        async for stored in onwards(self._js, topology.PAPERS, pattern, after=after):
            one = opened(stored)
            if which.fits(one.letter):
                yield one

    async def list(
        self, which: Which, *, after: int = 0, limit: int = 100
    ) -> tuple[list[Letter], bool]:
        """At most ``limit`` letters past a sequence, and whether there are more."""
        chosen: list[Letter] = []
        async for one in self.find(which, after=after):
            if len(chosen) == limit:
                return chosen, True
            chosen.append(one.letter)
        return chosen, False

    async def count(self) -> int:
        """How many wait."""
        pattern = topology.dead_subject(">")
        try:
            info = await self._js.stream_info(topology.PAPERS, subjects_filter=pattern)
        except (NatsError, TimeoutError) as error:
            raise Unavailable("nats", str(error) or type(error).__name__) from error
        return sum((info.state.subjects or {}).values())

    async def get(self, seq: int) -> Opened | None:
        """One letter with its body, or None."""
        named = 0 < seq < END_OF_LOG
        found = await by_sequence(self._js, topology.PAPERS, seq) if named else None
        if found is None or not found.subject.startswith(topology.dead_subject("")):
            return None
        return opened(found)

    async def replay(
        self, seq: int, *, dry: bool = False, redrive: Redrive | None = None
    ) -> Outcome:
        """Let the service that failed do its work once more, and nobody else; safe to repeat."""
        found = await self.get(seq)
        if found is None:
            return gone(seq)
        if found.consumer is None:
            words = f"it cannot be replayed: {found.letter.means}"
            return Outcome(letter=seq, outcome="refused", words=words)
        entry = await self._row(found)
        if not is_open(entry.row if entry else None, found.letter):
            return await self._settled(found, entry, dry)
        whole = await self._whole(found)
        if whole is None:
            return cut_off(found.letter)
        draft, epoch = replayed(whole, entry, redrive)
        try:
            check_size(draft, draft.all_headers())
        except EventTooLarge as error:
            return Outcome(letter=seq, outcome="refused", words=f"it cannot be replayed: {error}")
        if not dry:
            await publish_one(self._js, topology.stream_of(draft.subject), draft)
            await self._remove(seq)
        words = f"{draft.subject}, epoch {epoch}" if found.letter.paper else draft.subject
        paper = found.letter.paper
        return Outcome(letter=seq, outcome="replayed", words=words, paper=paper, epoch=epoch)

    async def drop(self, seq: int, *, dry: bool = False) -> Outcome:
        """Give up for good: the ledger row, where there is one, says cancelled (dropped)."""
        found = await self.get(seq)
        if found is None:
            return gone(seq)
        if not dry:
            await self._cancel(found)
            await self._remove(seq)
        return Outcome(letter=seq, outcome="dropped", paper=found.letter.paper)

    async def _whole(self, found: Opened) -> Opened | None:
        """The letter with its message untouched, from the log where it keeps only a part."""
        letter = found.letter
        if not letter.cut_from_bytes:
            return found
        if letter.stream != topology.PAPERS or not letter.message:
            return None  # requests are not kept, and what was never stated lies nowhere
        stored = await by_sequence(self._js, letter.stream, letter.message)
        if stored is None or len(stored.body) != letter.cut_from_bytes:
            return None
        return found._replace(body=stored.body, event=decoded(letter.subject, stored.body))

    async def _cancel(self, found: Opened) -> None:
        for _ in range(TRIES):
            entry = await self._row(found)
            if entry is None or not is_open(entry.row, found.letter) or entry.row.state != "dead":
                return
            row = msgspec.structs.replace(
                entry.row, state="cancelled", reason="dropped", at=now(), epoch=found.letter.epoch
            )
            if await self._ledger.commit(row, entry):
                return
        raise Unavailable("nats", f"the row of {found.letter.paper} changes all the time")

    async def _settled(self, found: Opened, entry: Entry | None, dry: bool) -> Outcome:
        if not dry:
            await self._remove(found.letter.seq)
        row = entry.row if entry else None
        words = f"{row.row} is {row.state} (v{row.version}, epoch {row.epoch})" if row else ""
        return Outcome(
            letter=found.letter.seq, outcome="settled", words=words, paper=found.letter.paper
        )

    async def _row(self, found: Opened) -> Entry | None:
        if found.consumer is None or found.consumer.row is None or not found.letter.paper:
            return None
        return await self._ledger.read(found.letter.paper, found.consumer.row)

    async def _remove(self, seq: int) -> None:
        try:
            await self._js.delete_msg(topology.PAPERS, seq)
        except APIError as error:
            if await by_sequence(self._js, topology.PAPERS, seq) is not None:
                raise Terminal(f"letter {seq} stays: {error.description}", reason="bus") from error
        except (NatsError, TimeoutError) as error:
            raise Unavailable("nats", str(error) or type(error).__name__) from error
