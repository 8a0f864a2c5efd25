"""A person's library as both the API and the page go through it."""

from typing import NamedTuple

from common.paperid import PaperId
from gateway import cursors
from gateway.failures import Missing
from gateway.ports import Stores
from gateway.shelf.forms import LibraryItem, item
from gateway.shelf.said import Opinion, Reading, Said
from gateway.shelf.shelf import Shelf


class Narrowed(NamedTuple):
    """Which part of a library is asked for."""

    tag: str = ""
    state: Reading | None = None
    opinion: Opinion | None = None


class Listed(NamedTuple):
    """A page of it, the cursor of the next one (empty at the end), and how many there are."""

    items: list[LibraryItem]
    cursor: str
    total: int


async def listed(
    stores: Stores, shelf: Shelf, asked: Narrowed, *, limit: int, cursor: str | None
) -> Listed:
    """What was spoken of last first; raises UsageError for a foreign cursor."""
    question = cursors.question("library", asked)
    after = cursors.decode(cursor, question)
    found = shelf.narrowed(tag=asked.tag, state=asked.state, opinion=asked.opinion)
    rest = [one for one in found if not after or _place(one) < after]
    shown = rest[:limit]
    cards = {card.paper: card for card in await stores.index.these([one.paper for one in shown])}
    more = _place(shown[-1]) if len(rest) > limit else ""
    items = [item(one, cards.get(one.paper)) for one in shown]
    return Listed(items, cursors.encode(question, more), len(found))


async def check_known(stores: Stores, shelf: Shelf, paper: PaperId) -> None:
    """Raise Missing for a paper that can neither be found nor was spoken of before."""
    if paper.key in shelf.papers() or await stores.index.get(paper.key) is not None:
        return
    raise Missing(
        f"{paper.key} is not in the index; ask for it with POST /api/v1/papers "
        f'{{"ids": ["{paper.key}"]}}, and say this once it can be found'
    )


def _place(one: Said) -> str:
    return f"{one.at} {one.paper}"
