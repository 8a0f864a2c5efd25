"""How papers are spread."""

import pytest

from fakes_gateway import World
from gateway.asked import question
from gateway.facets import facets
from gateway.ports import Card, Filters
from gateway.views_facets import Count, Facets

CC = "http://creativecommons.org/licenses/by/4.0/"
ARXIV = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"


@pytest.fixture
def there(world: World) -> World:
    rows = (
        ("Graph walks", ("cs.LG", "stat.ML"), ("ai",), "2026-06-30", CC, "Short."),
        ("Graph nets", ("cs.LG",), ("ai", "all"), "2026-07-01", CC.replace("4.0", "3.0"), ""),
        ("A graph of nets", ("cs.CL",), (), "2026-07-31", ARXIV, ""),
        ("Poems", ("cs.CL",), ("all",), "2025-07-31", "", ""),
    )
    for n, (title, categories, feeds, day, licence, tldr) in enumerate(rows):
        key = f"arxiv:2401.{n:05d}"
        world.index.cards[key] = Card(
            paper=key,
            version=1,
            title=title,
            categories=categories,
            feeds=feeds,
            announced=day,
            licence=licence,
            tldr=tldr,
            has_pdf=n != 1,
            full_text=n == 0,
        )
    return world


def counts(found: list[Count]) -> dict[str, int]:
    return {one.value: one.count for one in found}


async def spread(there: World, text: str, wanted: Filters = Filters()) -> Facets:  # noqa: B008
    return await facets(there.index, question(text, wanted=wanted) if text else None, wanted)


async def test_papers_that_hold_all_words_are_counted(there: World) -> None:
    found = await spread(there, "graph")
    assert (found.total, found.words) == (3, True)
    assert counts(found.categories) == {"cs.LG": 2, "stat.ML": 1, "cs.CL": 1}
    assert found.categories[0].value == "cs.LG", "the most frequent first"
    assert counts(found.feeds) == {"ai": 2, "all": 1}
    assert [(one.value, one.count) for one in found.months] == [("2026-07", 2), ("2026-06", 1)]
    assert counts(found.licences) == {"cc-by": 2, "arxiv": 1}
    assert (found.has_pdf, found.full_text, found.has_summary) == (2, 1, 1)


@pytest.mark.parametrize(
    ("text", "wanted", "total", "words"),
    [
        ("", Filters(), 4, False),
        ("", Filters(categories=("cs.CL",)), 2, False),
        ("graph nets", Filters(), 2, True),
        ("graph nets", Filters(categories=("cs.CL",)), 1, True),
        ("graph -walks", Filters(), 2, True),
        ("cat:cs.CL", Filters(), 2, False),
        ('"graph nets"', Filters(), 1, True),
        ('"graph zebra"', Filters(), 0, True),
        ("graph zebra", Filters(), 4, False),
        ("graph zebra", Filters(categories=("cs.LG",)), 2, False),
        ("graph zebra cat:math", Filters(), 0, False),
    ],
)
async def test_who_is_counted(
    there: World, text: str, wanted: Filters, total: int, words: bool
) -> None:
    found = await spread(there, text, wanted)
    assert (found.total, found.words) == (total, words)
    assert sum(counts(found.months).values()) == total


async def test_nothing_there_is_all_noughts(world: World) -> None:
    found = await spread(world, "graph")
    assert (found.total, found.categories, found.months, found.has_pdf) == (0, [], [], 0)
