"""Putting what was read into a library: all is looked up and checked before anything is written."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import msgspec

from common.errors import UsageError
from common.ids import now
from gateway.failures import Conflict
from gateway.importing import views
from gateway.importing.entry import Entry, Misread, Parsed
from gateway.importing.formats import Source
from gateway.importing.views import Imported
from gateway.jobs import asking
from gateway.jobs.params import MAX_IDS
from gateway.jobs.views import place_of
from gateway.ports import Index, Stores
from gateway.shelf import keeping, said
from gateway.shelf.said import Reading, Said
from gateway.shelf.shelf import Shelf
from gateway.shelf.shelves import MAX_PAPERS

LOOK_UP = 250
SAY_AT_ONCE = 32
NOT_HERE = "is not here, and only papers of arXiv can be asked for by an import"
T = TypeVar("T")


class How(NamedTuple):
    """What is said of every paper that comes."""

    tags: tuple[str, ...] = ()
    state: Reading | None = None

    def of(self, paper: str, given: Said | None) -> Said:
        """What is said of one; with nothing to say, that it is to be read. Raises UsageError."""
        one = given or Said(paper=paper)
        state = self.state or one.state
        if state == "none" and not self.tags and one.is_nothing:
            state = "to_read"
        tags = said.tags({*one.tags, *self.tags})
        return msgspec.structs.replace(one, paper=paper, tags=tags, state=state)


class _Plan(NamedTuple):
    """What will be said of each paper, and which have to be asked for."""

    said: dict[str, list[tuple[Entry, Said]]]
    away: dict[str, None]
    """Papers to ask for, in the order of the file."""
    misread: list[Misread]


async def bring(
    stores: Stores, principal: str, source: Source, found: Parsed, how: How
) -> Imported:
    """Look up, check, ask, keep; the same again changes nothing.

    Raises Conflict when not all fits, SwitchedOff, Unavailable; then the same may be sent again.
    """
    shelf = await stores.shelves.of(principal)
    plan = await _planned(stores.index, found, how)
    _check_room(shelf, plan)
    jobs = [
        await asking.start(stores, "fetch", {"ids": some})
        for some in _chunks(list(plan.away), MAX_IDS)
    ]
    full = await _kept(stores, principal, plan)
    mine = shelf.papers()
    return Imported(
        format=source.name,
        added=sum(key not in mine and key not in plan.away for key in plan.said),
        there=sum(key in mine and key not in plan.away for key in plan.said),
        asked=len(plan.away),
        jobs=tuple(place_of(job.id) for job in jobs),
        not_understood=views.misread([*found.misread, *plan.misread, *full]),
        suggestions=views.suggested(found.feeds),
    )


async def _planned(index: Index, found: Parsed, how: How) -> _Plan:
    here = await _here(index, {key for entry in found.entries for key in entry.papers})
    plan = _Plan({}, {}, [])
    for entry in found.entries:
        key = next((here[one] for one in entry.papers if one in here), "")
        away = "" if key else next((one for one in entry.papers if one.startswith("arxiv:")), "")
        key = key or away or (entry.papers[0] if entry.said else "")
        if not key:
            plan.misread.append(Misread(entry.line, entry.text, NOT_HERE))
            continue
        try:
            given = how.of(key, entry.said)
        except UsageError as error:
            plan.misread.append(Misread(entry.line, entry.text, f"{error.field} {error.message}"))
            continue
        plan.said.setdefault(key, []).append((entry, given))
        if away:
            plan.away[away] = None
    return plan


async def _here(index: Index, wanted: set[str]) -> dict[str, str]:
    """Which of the keys are papers here, each with the key of its paper."""
    here: dict[str, str] = {}
    for some in _chunks(sorted(wanted), LOOK_UP):
        here |= {card.paper: card.paper for card in await index.these(some)}
    dois = {
        one.removeprefix("doi:"): one for one in sorted(wanted - here.keys()) if one[:4] == "doi:"
    }
    for some in _chunks(list(dois), LOOK_UP):
        here |= {dois[doi]: card.paper for doi, card in (await index.by_dois(some)).items()}
    return here


def _check_room(shelf: Shelf, plan: _Plan) -> None:
    count = len(shelf.papers() | plan.said.keys())
    if count > MAX_PAPERS:
        raise Conflict(
            f"With these your library would hold {count} papers, and more than {MAX_PAPERS} do "
            "not fit; nothing was added."
        )


async def _kept(stores: Stores, principal: str, plan: _Plan) -> list[Misread]:
    """Say it all; what does not fit beside what was said before."""
    at = now()
    full: list[Misread] = []

    async def keep(key: str) -> None:
        for entry, given in plan.said[key]:
            try:
                await stores.shelves.say(principal, key, keeping.joined(given, at=at))
            except UsageError as error:
                full.append(Misread(entry.line, entry.text, f"{error.field} {error.message}"))

    for some in _chunks(list(plan.said), SAY_AT_ONCE):
        await asyncio.gather(*map(keep, some))
    return full


def _chunks(items: Sequence[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def how_of(tags: Iterable[str], state: Reading | None) -> How:
    """What to say of every paper, checked; raises UsageError."""
    return How(said.tags(one for one in tags if one.strip()), state)
