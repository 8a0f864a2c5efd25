"""How far each paper has come, kept up from the ledger in about a hundred bytes a paper."""

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from cli.census.bus import answered
from cli.census.sheet import Found
from cli.progress import STEPS
from common import topology
from common.errors import UNREADABLE, Unavailable
from common.ids import parse_time
from common.ledger import STREAM
from common.stream import Stored, onwards

if TYPE_CHECKING:
    from collections.abc import Callable

    from nats.js import JetStreamContext

NONE, OPEN, DONE, DEAD, CANCELLED = range(5)
_CODES = {"done": DONE, "dead": DEAD, "cancelled": CANCELLED}
_ENDS = {DEAD: "dead", CANCELLED: "cancelled"}
_BITS = 3
_PLACES = {row: place * _BITS for place, row in enumerate(topology.PIPELINE)}
_VERSION = len(topology.PIPELINE) * _BITS
_MASK = (1 << _BITS) - 1
KNOWN = 1 << 16
STATES = (*STEPS, "dead", "cancelled")
FINAL = (STEPS[-1], "dead", "cancelled")
SEARCHABLE = STEPS.index("embedded")
LEDGER = topology.ledger_subject("*", "*")


class Brief(msgspec.Struct, frozen=True):
    """A ledger row as far as it is counted."""

    row: str
    state: str
    version: int
    at: str


_decode = msgspec.json.Decoder(Brief).decode


@lru_cache(KNOWN)
def moved(packed: int, row: str, state: str, version: int) -> int:
    """What a paper comes to after one more row: its version, and the state of each row, packed.

    Rows of an older version were overtaken, and those beside the chain do not count, just as in
    ``cli.progress``. Few are different, so each is worked out once and kept once.
    """
    known = packed >> _VERSION
    if version < known:
        return packed
    packed = packed if version == known else version << _VERSION
    shift = _PLACES.get(row)
    if shift is None:
        return packed
    return packed & ~(_MASK << shift) | _CODES.get(state, OPEN) << shift


@lru_cache(KNOWN)
def state_of(packed: int) -> str:
    """One of STATES."""
    for place, shift in enumerate(_PLACES.values()):
        code = packed >> shift & _MASK
        if code in _ENDS:
            return _ENDS[code]
        if code != DONE:
            return STEPS[place]
    return STEPS[-1]


class Tally:
    """All papers; each is known by the hash of its name."""

    def __init__(self) -> None:
        self._standings: dict[int, int] = {}
        self._counts: Counter[str] = Counter()
        self._since: dict[int, tuple[str, str]] = {}
        """State and time of the announcement, of papers that have not ended."""

    def take(self, paper: str, row: Brief) -> None:
        """Learn of a ledger row, in stream order."""
        name = hash(paper)
        before = self._standings.get(name)
        if before is not None:
            self._counts[state_of(before)] -= 1
        standing = moved(before or 0, row.row, row.state, row.version)
        self._standings[name] = standing
        state = state_of(standing)
        self._counts[state] += 1
        self._wait(name, state, row)

    def _wait(self, name: int, state: str, row: Brief) -> None:
        if state in FINAL:
            self._since.pop(name, None)
            return
        announced = row.row == topology.PIPELINE[0] and row.state == "announced"
        _, since = self._since.get(name, ("", row.at))
        self._since[name] = (state, row.at if announced else since)

    @property
    def total(self) -> int:
        """How many papers there are."""
        return len(self._standings)

    def found(self, now_s: float) -> Found:
        """The gauges."""
        waiting = list(self._since.values())
        unseen = [at for state, at in waiting if STEPS.index(state) < SEARCHABLE]
        return {
            "papers": {(state,): self._counts[state] for state in STATES},
            "paper_oldest_wait_seconds": {
                ("searchable",): _age_s(unseen, now_s),
                ("delivered",): _age_s([at for _, at in waiting], now_s),
            },
        }


def _age_s(times: list[str], now_s: float) -> float:
    """Times in one form sort as text."""
    return max(0.0, now_s - parse_time(min(times)).timestamp()) if times else 0.0


class PapersPart:
    """Reads the ledger once, and from then on only what is new."""

    def __init__(self, js: "JetStreamContext", now_s: "Callable[[], float]") -> None:
        self._js = js
        self._now_s = now_s
        self._last = 0
        self._born = ""
        self._tally = Tally()

    @property
    def total(self) -> int:
        """How many papers there are, as far as has been read."""
        return self._tally.total

    async def look(self) -> Found:
        """All states; raises Unavailable. A log that begins anew is read anew."""
        info = await answered(self._js.stream_info(STREAM))
        if info is None:
            raise Unavailable("nats", f"stream {STREAM} is missing")
        born = str(info.created)
        if info.state.last_seq < self._last or born != self._born:
            self._last, self._tally, self._born = 0, Tally(), born
        async for stored in onwards(self._js, STREAM, LEDGER, after=self._last):
            self._take(stored)
            self._last = stored.seq
        return self._tally.found(self._now_s())

    def _take(self, stored: Stored) -> None:
        try:
            row = _decode(stored.body)
        except UNREADABLE:
            return  # the audit tells of it
        self._tally.take(stored.subject.split(".")[1], row)
