"""What the log says has to be in the index: the newest indexing of every paper."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from common import topology
from common.bus import Fact
from common.events import PaperEmbedded, PaperFetched, SummaryReady
from common.runtime import Runtime
from common.stream import last_by_subject
from common.vectors.points import generation
from common.vectors.stock import There

SUBJECTS = (PaperFetched.subject, PaperEmbedded.subject, SummaryReady.subject)


class Indexed(NamedTuple):
    """One indexing: where its fact lies, and what it put into the index."""

    seq: int
    version: int
    gen: int
    passages: int
    title: str


class Summary(NamedTuple):
    """What is shown of a summary."""

    version: int
    tldr: str
    model: str


class Gap(NamedTuple):
    """A paper that is not in the index as the log has it."""

    paper: str
    why: str
    summary_only: bool = False


class Catalogue:
    """Facts gathered in the order of the log."""

    def __init__(self) -> None:
        self.papers: dict[str, Indexed] = {}
        self.summaries: dict[str, Summary] = {}
        self.fetched: dict[tuple[str, int], int] = {}
        self.last = 0
        """Up to where the log was read."""

    @property
    def passages(self) -> int:
        """How many there must be."""
        return sum(one.passages for one in self.papers.values())

    def take(self, fact: Fact) -> None:
        """Learn of one fact."""
        if fact.subject == PaperEmbedded.subject:
            self._take_embedded(fact)
        elif fact.subject == PaperFetched.subject:
            event = msgspec.json.decode(fact.body, type=PaperFetched)
            self.fetched[event.paper, event.version] = fact.seq
        elif fact.subject == SummaryReady.subject:
            told = msgspec.json.decode(fact.body, type=SummaryReady)
            self.summaries[told.paper] = Summary(told.version, told.tldr, told.model)
        self.last = fact.seq

    def _take_embedded(self, fact: Fact) -> None:
        event = msgspec.json.decode(fact.body, type=PaperEmbedded)
        gen = generation(event.version, event.epoch)
        known = self.papers.get(event.paper)
        if known is None or known.gen <= gen:
            self.papers[event.paper] = Indexed(
                fact.seq, event.version, gen, event.passages, event.meta.title
            )

    def summary_of(self, paper: str) -> Summary | None:
        """The summary of the version that is indexed."""
        found, indexed = self.summaries.get(paper), self.papers.get(paper)
        return found if found and indexed and found.version == indexed.version else None

    def gaps(self, there: Mapping[str, There]) -> list[Gap]:
        """What an index lacks; a paper that is newer there is about to be stated."""
        found = (self._gap(paper, there.get(paper)) for paper in self.papers)
        return [gap for gap in found if gap is not None]

    def _gap(self, paper: str, there: There | None) -> Gap | None:
        wanted = self.papers[paper]
        if there is None:
            return Gap(paper, "is not there")
        if there.gen > wanted.gen:
            return None
        if there.gen < wanted.gen:
            return Gap(paper, f"is there as version {there.version}, not {wanted.version}")
        if there.passages != wanted.passages:
            return Gap(paper, f"has {there.passages} passages, not {wanted.passages}")
        if self.summary_of(paper) and not there.has_summary:
            return Gap(paper, "lacks its summary", summary_only=True)
        return None

    def titles(self, count: int) -> list[tuple[str, str]]:
        """Paper and title of up to ``count`` papers, spread evenly over the log."""
        named = [(paper, one.title) for paper, one in self.papers.items() if one.title]
        step = max(1, len(named) // count) if count else 1
        return named[::step][:count]


async def read_on(runtime: Runtime, catalogue: Catalogue) -> None:
    """Read the log from where the catalogue ends to where it ends now."""
    end = await _end(runtime, SUBJECTS)
    if end <= catalogue.last:
        return
    async for fact in runtime.bus.read(SUBJECTS, after=catalogue.last):
        catalogue.take(fact)
        if fact.seq >= end:
            return


async def _end(runtime: Runtime, subjects: Sequence[str]) -> int:
    newest = [await last_by_subject(runtime.js, topology.PAPERS, one) for one in subjects]
    return max((one.seq for one in newest if one is not None), default=0)


def named(gaps: Iterable[Gap], most: int = 5) -> str:
    """The first few gaps in words."""
    listed = list(gaps)
    text = "; ".join(f"{gap.paper} {gap.why}" for gap in listed[:most])
    return text + (f"; and {len(listed) - most} more" if len(listed) > most else "")
