"""Dead letters that wait, by service and reason; each is read once."""

from collections import Counter
from typing import TYPE_CHECKING

from cli.census.sheet import Found
from common.ledger import Ledger
from common.letters.box import Letters
from common.letters.which import Which

if TYPE_CHECKING:
    from nats.js import JetStreamContext


class LettersPart:
    """Keeps what it read: only when some have left are the rest read again."""

    def __init__(self, js: "JetStreamContext", ledger: Ledger) -> None:
        self._box = Letters(js, ledger)
        self._held: dict[int, tuple[str, str]] = {}
        self._seen: set[tuple[str, str]] = set()

    async def look(self) -> Found:
        """How many are held; raises Unavailable."""
        await self._read()
        if await self._box.count() != len(self._held):
            self._held.clear()
            await self._read()
        counts = Counter(self._held.values())
        self._seen.update(counts)
        return {"dead_letters_held": {pair: counts[pair] for pair in self._seen}}

    async def _read(self) -> None:
        async for one in self._box.find(Which(), after=max(self._held, default=0)):
            letter = one.letter
            self._held[letter.seq] = (letter.service or "unknown", letter.reason or "unknown")
