"""Passages of many papers in the order they are shown, and where each opens."""

from collections.abc import Sequence

import pytest

from common.vectors.filters import Words
from fakes_gateway import FakeIndex
from gateway import listing_passages
from gateway.listing_passages import MOST_ASKED, OF_ONE_PAPER, search
from gateway.ports import ALL_PAPERS, Card, Filters, Found

ONE, TWO = "arxiv:2401.00001", "arxiv:2401.00002"
OPEN = "http://creativecommons.org/licenses/by/4.0/"
CLOSED = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"


def card(paper: str, **more: object) -> Card:
    given = {"version": 2, "title": f"On {paper}", "licence": OPEN, "has_pdf": True, **more}
    return Card(paper=paper, **given)  # type: ignore[arg-type]


def passage(paper: str, no: int, score: float, page: int = 1) -> Found:
    return Found(paper=paper, no=no, text=f"Graphs, part {no}", score=score, page=page)


@pytest.fixture
def index() -> FakeIndex:
    made = FakeIndex()
    made.cards = {ONE: card(ONE), TWO: card(TWO)}
    made.found = {
        ONE: [passage(ONE, no, 0.5 - no / 100) for no in range(9)],
        TWO: [passage(TWO, 0, 0.9), passage(TWO, 1, 0.1)],
    }
    return made


async def order(index: FakeIndex, limit: int, wanted: Filters = ALL_PAPERS) -> list[str]:
    found = await search(index, "graph", wanted, limit=limit)
    return [f"{one.paper[-1]}:{one.text[-1]}" for one in found.items]


async def test_at_most_three_of_a_paper_together_the_best_paper_first(index: FakeIndex) -> None:
    assert await order(index, 50) == ["2:0", "2:1", "1:0", "1:1", "1:2"]
    assert await order(index, 3) == ["2:0", "2:1", "1:0"]
    assert OF_ONE_PAPER == 3


async def test_filters_go_along(index: FakeIndex) -> None:
    assert await order(index, 50, Filters(ids=(ONE,))) == ["1:0", "1:1", "1:2"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filters(words=(Words(text="part 1"),)), ["1:1", "2:1"]),
        (Filters(words=(Words(text="part 1", excluded=True),)), ["2:0", "1:0", "1:2", "1:3"]),
        (Filters(words=(Words(place="authors", text="lovelace"),)), ["1:0", "1:1", "1:2"]),
        (Filters(words=(Words(place="title", text=TWO),), has_pdf=True), ["2:0", "2:1"]),
        (Filters(summarised=True), ["1:0", "1:1", "1:2"]),
        (Filters(licences=("arxiv",)), ["2:0", "2:1"]),
        (Filters(has_pdf=False), []),
    ],
)
async def test_what_only_papers_know_narrows_their_passages(
    index: FakeIndex, wanted: Filters, expected: list[str]
) -> None:
    index.cards = {
        ONE: card(ONE, tldr="Short.", authors=("Ada Lovelace",)),
        TWO: card(TWO, licence=CLOSED),
    }
    asked: list[Filters] = []
    whole = index.all_passages

    async def noting(text: str, wanted: Filters = ALL_PAPERS, *, limit: int) -> list[Found]:
        asked.append(wanted)
        return await whole(text, wanted, limit=limit)

    index.all_passages = noting  # type: ignore[method-assign]
    assert await order(index, 50, wanted) == expected
    assert asked == [ALL_PAPERS], "the index is asked for nothing that it cannot tell"


async def test_a_paper_that_is_gone_meanwhile_is_left_out(index: FakeIndex) -> None:
    async def these(papers: Sequence[str]) -> list[Card]:
        return [index.cards[one] for one in papers if one != TWO]

    index.these = these  # type: ignore[method-assign]
    assert await order(index, 50) == ["1:0", "1:1", "1:2"]


async def test_no_more_is_asked_than_the_lists_hold(index: FakeIndex) -> None:
    asked: list[int] = []
    whole = index.all_passages

    async def noting(text: str, wanted: Filters = ALL_PAPERS, *, limit: int) -> list[Found]:
        asked.append(limit)
        return await whole(text, wanted, limit=limit)

    index.all_passages = noting  # type: ignore[method-assign]
    for limit in (1, 10, 50):
        await search(index, "graph", ALL_PAPERS, limit=limit)
    assert asked == [4, 40, MOST_ASKED]


async def test_a_hit_says_all_that_is_shown(index: FakeIndex) -> None:
    index.cards[TWO] = card(TWO, authors=("Ada",), announced="2026-07-14")
    hit = (await search(index, "graphs", ALL_PAPERS, limit=1)).items[0]
    assert (hit.title, hit.authors, hit.authors_total) == (f"On {TWO}", ("Ada",), 1)
    assert [run.text for run in hit.snippet if run.marked] == ["Graphs"]
    assert (hit.links.page, hit.links.paper) == ("/paper/2401.00002", f"/api/v1/papers/{TWO}")


@pytest.mark.parametrize(
    ("given", "page", "at"),
    [
        (card(ONE), 7, f"/api/v1/papers/{ONE}/pdf?inline=true#page=7"),
        (card(ONE, licence=CLOSED), 7, "https://arxiv.org/pdf/2401.00001v2#page=7"),
        (card(ONE, has_pdf=False), 7, "https://arxiv.org/pdf/2401.00001v2#page=7"),
        (card(ONE), 0, "/paper/2401.00001"),
        (card("doi:10.1/x"), 2, "/api/v1/papers/doi:10.1/x/pdf?inline=true#page=2"),
        (card("doi:10.1/x", licence=""), 2, "/paper/doi:10.1/x"),
    ],
)
def test_where_a_page_opens(given: Card, page: int, at: str) -> None:
    assert listing_passages.opens_of(given).at(page) == at
