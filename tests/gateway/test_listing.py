from collections.abc import Callable

import pytest

from common.errors import UsageError
from common.events import PaperMeta
from fakes_gateway import World
from gateway import listing
from gateway.listing import MAX_HITS, Question
from gateway.ports import Card, Filters, Scored

Meta = Callable[..., PaperMeta]
ALL = Filters()
GRAPHS = Question("graph", "hybrid", ALL)


def papers(world: World, count: int) -> list[str]:
    """So many papers that hold the word graph."""
    for n in range(count):
        paper = f"arxiv:2401.{n:05d}"
        day = f"2026-07-{1 + n % 28:02d}"
        world.index.cards[paper] = Card(
            paper=paper, version=1, title="Graph", abstract="A graph is here.", announced=day
        )
    return list(world.index.cards)


@pytest.mark.parametrize(("count", "limit"), [(0, 5), (1, 5), (5, 5), (6, 5), (23, 7), (3, 1)])
async def test_a_walk_over_the_newest_meets_each_once(world: World, count: int, limit: int) -> None:
    there = papers(world, count)
    met: list[str] = []
    cursor: str | None = None
    for _ in range(count + 1):
        page = await listing.newest(world.index, ALL, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        met += [item.id for item in page.items]
        cursor = page.cursor
        if not cursor:
            break
    assert sorted(met) == sorted(there)
    days = [world.index.cards[one].announced for one in met]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(("count", "limit"), [(6, 5), (40, 13), (250, 60), (250, 100), (99, 50)])
async def test_a_walk_over_hits_meets_each_once_down_to_its_depth(
    world: World, count: int, limit: int
) -> None:
    papers(world, count)
    met: list[str] = []
    cursor: str | None = None
    for _ in range(count):
        page = await listing.search(world.index, GRAPHS, limit=limit, cursor=cursor)
        met += [item.id for item in page.items]
        cursor = page.cursor
        if not cursor:
            break
    assert len(met) == len(set(met)) == min(count, MAX_HITS)


@pytest.mark.parametrize(
    "text", ["2401.00003", "arXiv:2401.00003v2", "https://arxiv.org/abs/2401.00003"]
)
async def test_an_id_finds_its_paper_alone(world: World, text: str) -> None:
    papers(world, 9)
    found = await listing.search(world.index, Question(text, "hybrid", ALL), limit=5, cursor=None)
    assert [item.id for item in found.items] == ["arxiv:2401.00003"]
    assert (found.paper, found.cursor, found.items[0].score) == ("arxiv:2401.00003", "", 1.0)


@pytest.mark.parametrize(
    "text", ["10.1000/Graph", "doi:10.1000/GRAPH", "https://doi.org/10.1000/graph"]
)
async def test_a_doi_in_any_spelling_finds_its_paper(world: World, text: str) -> None:
    key = "doi:10.1000/graph"
    world.index.cards[key] = Card(paper=key, version=1, title="Of a journal")
    found = await listing.search(world.index, Question(text, "keyword", ALL), limit=5, cursor=None)
    assert (found.paper, [item.links.doi for item in found.items]) == (
        key,
        ["https://doi.org/10.1000/graph"],
    )


async def test_an_id_that_is_not_here_finds_nothing_and_names_nothing(world: World) -> None:
    papers(world, 2)
    ask = Question("2401.99999", "hybrid", ALL)
    found = await listing.search(world.index, ask, limit=5, cursor=None)
    assert (found.items, found.cursor, found.paper) == ([], "", None)


async def test_a_cursor_belongs_to_its_question(world: World) -> None:
    papers(world, 30)
    hits = await listing.search(world.index, GRAPHS, limit=5, cursor=None)
    page = await listing.newest(world.index, ALL, limit=5, cursor=None)
    again = await listing.search(world.index, GRAPHS, limit=9, cursor=hits.cursor)
    assert len(again.items) == 9, "the length of a page may change on the way"
    for ask in (
        Question("graphs", "hybrid", ALL),
        Question("graph", "keyword", ALL),
        Question("graph", "hybrid", Filters(has_pdf=True)),
    ):
        with pytest.raises(UsageError, match="cursor: belongs to another query"):
            await listing.search(world.index, ask, limit=5, cursor=hits.cursor)
    with pytest.raises(UsageError, match="cursor"):
        await listing.newest(world.index, ALL, limit=5, cursor=hits.cursor)
    with pytest.raises(UsageError, match="cursor"):
        await listing.newest(world.index, Filters(feed="ai"), limit=5, cursor=page.cursor)
    with pytest.raises(UsageError, match="cursor"):
        await listing.search(world.index, GRAPHS, limit=5, cursor=page.cursor)


def test_hits_are_marked_where_they_match() -> None:
    card = Card(paper="arxiv:2401.00001", version=1, title="T", abstract="Deep graphs grow fast.")
    (hit,) = listing.hit_items([Scored(card=card, score=0.123456789)], "graph growing")
    assert hit.score == 0.123457
    assert [run.text.strip() for run in hit.snippet if run.marked] == ["graphs", "grow"]
    assert "".join(run.text for run in hit.snippet) == card.abstract
    (plain,) = listing.hit_items([Scored(card=card, score=1)], "")
    assert not any(run.marked for run in plain.snippet)


async def test_the_time_is_told(world: World) -> None:
    found = await listing.search(world.index, GRAPHS, limit=5, cursor=None)
    assert 0 <= found.took_ms < 60_000
