from collections.abc import Callable

import pytest

from common.errors import Unavailable, UsageError
from common.events import PaperMeta
from fakes_gateway import World
from gateway import listing
from gateway.asked import Manner, Personal, Question, question
from gateway.listing import MAX_HITS, Answered, Page
from gateway.ports import Card, Filters
from gateway.shelf.said import Said
from gateway.shelf.shelf import Shelf

Meta = Callable[..., PaperMeta]
ALL = Filters()
GRAPHS = question("graph")
NOW = 1_784_000_000_000


async def search(
    world: World, ask: Question, limit: int = 5, cursor: str | None = None, *, explain: bool = False
) -> Answered:
    return await listing.search(world.index, ask, Page(limit, cursor, explain), now_ms=NOW)


async def walk(world: World, ask: Question, limit: int, *, explain: bool = False) -> list[Answered]:
    """All pages."""
    pages = [await search(world, ask, limit, explain=explain)]
    while pages[-1].cursor:
        pages.append(await search(world, ask, limit, pages[-1].cursor, explain=explain))
    return pages


def ids(pages: list[Answered]) -> list[str]:
    return [item.id for page in pages for item in page.items]


def add(world: World, number: int, title: str, abstract: str = "", **more: object) -> Card:
    key = f"arxiv:2401.{number:05d}"
    card = Card(paper=key, version=1, title=title, abstract=abstract, **more)  # type: ignore[arg-type]
    world.index.cards[key] = card
    return card


def papers(world: World, count: int) -> list[str]:
    """So many papers that hold the word graph."""
    for n in range(count):
        add(world, n, "Graph", "A graph is drawn.", announced=f"2026-07-{1 + n % 28:02d}")
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


@pytest.mark.parametrize(
    ("count", "limit"), [(6, 5), (40, 13), (250, 60), (250, 100), (99, 50), (3, 1)]
)
@pytest.mark.parametrize("sort", ["relevance", "blend"])
async def test_a_walk_over_hits_meets_each_once_down_to_its_depth(
    world: World, count: int, limit: int, sort: str
) -> None:
    papers(world, count)
    pages = await walk(world, question("graph", Manner(sort=sort)), limit)
    met = ids(pages)
    assert len(met) == len(set(met)) == min(count, MAX_HITS)
    assert all(len(page.items) == limit for page in pages[:-1])
    scores = [item.score for page in pages for item in page.items]
    assert scores == sorted(scores, reverse=True)


async def test_the_longest_order_fits_into_an_address(world: World) -> None:
    papers(world, 130)
    first = await search(world, GRAPHS, limit=1)
    assert len(first.cursor) < 3500


async def test_newest_needs_all_words_and_has_no_end(world: World) -> None:
    papers(world, 150)
    for n in range(200, 230):
        add(world, n, "Graph", "A walk on it.", announced="2026-08-01")
    pages = await walk(world, question("graph drawn", Manner(sort="newest")), 40)
    assert len(ids(pages)) == len(set(ids(pages))) == 150
    days = [item.announced for page in pages for item in page.items]
    assert days == sorted(days, reverse=True)
    assert {item.score for page in pages for item in page.items} == {0.0}
    found = await search(world, question("graph -walk", Manner(sort="newest")), 100)
    assert all(item.announced < "2026-08-01" for item in found.items)
    assert ids(await walk(world, question("graph zebra", Manner(sort="newest")), 40)) == []


async def test_a_query_of_filters_only_is_a_list_by_day(world: World) -> None:
    papers(world, 120)
    other = add(world, 999, "On walks", categories=("cs.CL",), announced="2026-07-15")
    pages = await walk(world, question("ti:graph"), 50)
    assert len(ids(pages)) == MAX_HITS, "words of a field rank as well"
    assert ids(await walk(world, question("cat:cs.CL"), 50)) == [other.paper]
    assert len(ids(await walk(world, question("-walks"), 50))) == 120


@pytest.mark.parametrize(
    "text", ["2401.00003", "arXiv:2401.00003v2", "https://arxiv.org/abs/2401.00003"]
)
async def test_an_id_finds_its_paper_alone(world: World, text: str) -> None:
    papers(world, 9)
    found = await search(world, question(text))
    assert [item.id for item in found.items] == ["arxiv:2401.00003"]
    assert (found.paper, found.cursor, found.items[0].score) == ("arxiv:2401.00003", "", 1.0)
    assert found.items[0].explanation is None
    (hit,) = (await search(world, question(text), explain=True)).items
    assert hit.explanation is not None
    assert [(one.text, one.place) for one in hit.explanation.matched] == [(text, "id")]


@pytest.mark.parametrize(
    "text", ["10.1000/Graph", "doi:10.1000/GRAPH", "https://doi.org/10.1000/graph"]
)
async def test_a_doi_in_any_spelling_finds_its_paper(world: World, text: str) -> None:
    key = "doi:10.1000/graph"
    world.index.cards[key] = Card(paper=key, version=1, title="Of a journal")
    found = await search(world, question(text, Manner("keyword")))
    assert (found.paper, [item.links.doi for item in found.items]) == (
        key,
        ["https://doi.org/10.1000/graph"],
    )


@pytest.mark.parametrize(
    "text",
    ["10.1103/PhysRevD.1", "doi: 10.1103/physrevd.1", "http://dx.doi.org/10.1103/PHYSREVD.1"],
)
async def test_the_doi_of_the_published_paper_finds_the_one_here(world: World, text: str) -> None:
    here = add(world, 7, "On strings")
    world.index.by_doi["10.1103/physrevd.1"] = here
    found = await search(world, question(text))
    assert (found.paper, [item.id for item in found.items]) == (here.paper, [here.paper])


async def test_an_id_that_is_not_here_finds_nothing_and_names_nothing(world: World) -> None:
    papers(world, 2)
    found = await search(world, question("2401.99999"))
    assert (found.items, found.cursor, found.paper) == ([], "", None)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Graph nets: a survey", True),
        ("graph NETS – a survey!", True),
        ("graph nets a survey of walks", False),
        ("graph nets", False),
    ],
)
async def test_a_whole_title_comes_first_and_is_named(world: World, text: str, named: bool) -> None:
    add(world, 1, "A survey of graph nets: a survey", "Graph nets, a survey of walks.")
    title = add(world, 2, "Graph nets: a survey")
    found = await search(world, question(text))
    assert (found.paper == title.paper) is named
    assert not named or found.items[0].id == title.paper
    assert sorted(item.id for item in found.items) == ["arxiv:2401.00001", "arxiv:2401.00002"]


async def test_a_pasted_text_is_words_and_nothing_else(world: World) -> None:
    add(world, 1, "On tide -- pools: a view", "The water (salty) -cold is au:clear.")
    text = "We study: tide -- pools (in -cold and au:clear water)" + ", where it may be" * 15
    for ask in (question(text), question("pools -cold au:clear", Manner(plain=True))):
        assert ids([await search(world, ask)]) == ["arxiv:2401.00001"]
    assert ids([await search(world, question("pools -cold"))]) == []


async def test_one_s_own_papers(world: World) -> None:
    papers(world, 9)
    said = [
        Said(paper="arxiv:2401.00001", opinion="like", tags=("new",)),
        Said(paper="arxiv:2401.00002", state="read", tags=("new", "old")),
        Said(paper="arxiv:2401.00003", state="to_read"),
    ]
    shelf = Shelf(said)
    for personal, numbers in (
        (Personal(library=True), {1, 2, 3}),
        (Personal(tag="new"), {1, 2}),
        (Personal(tag="new", read=True), {2}),
        (Personal(tag="new", read=False), {1}),
        (Personal(library=True, tag="old"), {2}),
        (Personal(read=False), {0, 1, 3, 4, 5, 6, 7, 8}),
    ):
        for sort in ("relevance", "newest"):
            ask = question("graph", Manner(sort=sort), ALL, personal, shelf=shelf)
            found = ids(await walk(world, ask, 4))
            assert sorted(found) == [f"arxiv:2401.{n:05d}" for n in sorted(numbers)], personal
    by_words = question("graph tag:NEW", shelf=shelf)
    assert set(ids(await walk(world, by_words, 4))) == {"arxiv:2401.00001", "arxiv:2401.00002"}


async def test_each_page_says_why(world: World) -> None:
    papers(world, 12)
    plain = await walk(world, GRAPHS, 5)
    assert all(item.explanation is None for page in plain for item in page.items)
    pages = await walk(world, GRAPHS, 5, explain=True)
    assert ids(pages) == ids(plain)
    ranks = []
    for item in (item for page in pages for item in page.items):
        assert item.explanation is not None
        (part,) = item.explanation.parts
        ranks.append((part.name, part.rank))
        assert part.share == pytest.approx(item.score, abs=1e-4)
        held = [(one.text, one.place, one.count) for one in item.explanation.matched]
        assert held == [("graph", "title", 1), ("graph", "abstract", 1)]
        assert item.explanation.recipe
    assert ranks == [("words", n) for n in range(1, 13)]


async def test_a_paper_that_came_since_has_no_part_in_what_goes_on(world: World) -> None:
    papers(world, 12)
    first = await search(world, GRAPHS, 5)
    add(world, 900, "Graph graph", "A graph is drawn, is drawn.", announced="2026-07-31")
    del world.index.cards["arxiv:2401.00000"]
    rest = await walk_on(world, GRAPHS, first.cursor)
    met = ids([first, *rest])
    assert "arxiv:2401.00900" not in met
    assert len(met) == len(set(met))
    assert set(world.index.cards) - {"arxiv:2401.00900"} <= set(met)


async def walk_on(world: World, ask: Question, cursor: str) -> list[Answered]:
    pages = []
    while cursor:
        pages.append(await search(world, ask, 3, cursor, explain=True))
        cursor = pages[-1].cursor
    return pages


async def test_papers_that_are_gone_leave_no_hole(world: World) -> None:
    there = papers(world, 20)
    first = await search(world, GRAPHS, 5)
    rest = [one for one in there if one not in ids([first])]
    order = ids(await walk_on(world, GRAPHS, first.cursor))
    for gone in order[:4]:
        del world.index.cards[gone]
    page = await search(world, GRAPHS, 3, first.cursor)
    assert ids([page]) == order[4:7]
    for gone in rest:
        world.index.cards.pop(gone, None)
    with pytest.raises(UsageError, match="cursor: is of an index that was replaced"):
        await search(world, GRAPHS, 3, first.cursor)


async def test_a_cursor_belongs_to_its_question(world: World) -> None:
    papers(world, 30)
    hits = await search(world, GRAPHS)
    page = await listing.newest(world.index, ALL, limit=5, cursor=None)
    again = await search(world, GRAPHS, 9, hits.cursor)
    assert len(again.items) == 9, "the length of a page may change on the way"
    for ask in (
        question("graphs"),
        question("graph", Manner("keyword")),
        question("graph", Manner(sort="newest")),
        question("graph", Manner(plain=True)),
        question("graph", wanted=Filters(has_pdf=True)),
        question("graph", personal=Personal(library=True)),
    ):
        with pytest.raises(UsageError, match="cursor: belongs to another query"):
            await search(world, ask, cursor=hits.cursor)
    with pytest.raises(UsageError, match="cursor"):
        await listing.newest(world.index, ALL, limit=5, cursor=hits.cursor)
    with pytest.raises(UsageError, match="cursor"):
        await listing.newest(world.index, Filters(feeds=("ai",)), limit=5, cursor=page.cursor)
    with pytest.raises(UsageError, match="cursor"):
        await search(world, GRAPHS, cursor=page.cursor)


async def test_an_index_that_is_away_is_told(world: World) -> None:
    world.index.down = True
    for ask in (GRAPHS, question("cat:cs"), question("graph", Manner(sort="newest"))):
        with pytest.raises(Unavailable):
            await search(world, ask)


async def test_the_time_is_told(world: World) -> None:
    found = await search(world, GRAPHS)
    assert 0 <= found.took_ms < 60_000
