"""How a paper is cited, for its page and for programs that read it."""

from typing import NamedTuple

from gateway import cards
from gateway.citing import bibtex, coins
from gateway.citing.formats import FORMATS
from gateway.citing.work import of_meta
from gateway.library import Known


class Way(NamedTuple):
    """A format, and where the paper is in it."""

    label: str
    place: str


class Citation(NamedTuple):
    """What the page shows, and what it says to programs."""

    bibtex: str
    ways: tuple[Way, ...]
    tags: list[tuple[str, str]]
    """Meta tags."""
    coins: str


def of(paper: Known) -> Citation:
    """The citation of the newest version."""
    work = of_meta(paper.key, paper.version, paper.meta)
    place = f"{cards.api_path(paper.key)}/cite?format="
    ways = tuple(Way(one.label, place + one.name) for one in FORMATS.values())
    return Citation(bibtex.entry(work), ways, coins.tags(work), coins.span(work))
