"""What was found, as it is shown."""

import pytest

from common.querying import parse
from common.ranking.fusing import MEANING, WORDS, Standing
from common.ranking.recipe import RECIPE
from gateway import highlight, hits
from gateway.ports import Card, Scored

CARD = Card(
    paper="arxiv:2401.00001",
    version=1,
    title="Deep graphs",
    abstract="Deep graphs grow fast. A graph is deep.",
    authors=("Geoffrey Hinton", "Ada Lovelace"),
    categories=("cs.LG", "cs.AI"),
)
STANDINGS = (Standing(MEANING, 3, 0.71234567, 0.4), Standing(WORDS, 1, 12.5, 0.35))


def test_hits_are_marked_where_they_match() -> None:
    (hit,) = hits.hit_items([Scored(card=CARD, score=0.123456789)], "graph growing")
    assert hit.score == 0.123457
    assert [run.text.strip() for run in hit.snippet if run.marked] == ["graphs", "grow", "graph"]
    assert "".join(run.text for run in hit.snippet) == CARD.abstract
    assert [run.text for run in hit.title_runs if run.marked] == ["graphs"]
    assert "".join(run.text for run in hit.title_runs) == CARD.title
    assert hit.explanation is None
    (plain,) = hits.hit_items([Scored(card=CARD, score=1)], "")
    assert not any(run.marked for run in (*plain.snippet, *plain.title_runs))


def test_long_titles_are_shown_whole() -> None:
    title = "On graphs " * 60
    card = Card(paper="arxiv:2401.00002", version=1, title=title)
    shown = hits.item(Scored(card=card, score=1), highlight.stems("graph"))
    assert "".join(run.text for run in shown.title_runs) == " ".join(title.split())


@pytest.mark.parametrize(
    ("query", "matched"),
    [
        ("graph zebra", [("graph", "title", 1), ("graph", "abstract", 2)]),
        ('"deep graphs"', [("deep graphs", "title", 1), ("deep graphs", "abstract", 1)]),
        ("ti:deep -zebra", [("deep", "title", 1)]),
        ("au:hinton cat:cs", [("hinton", "author", 1), ("cs", "category", 2)]),
        ("zebra", []),
    ],
)
def test_why_it_is_here(query: str, matched: list[tuple[str, str, int]]) -> None:
    told = hits.explained(parse(query), CARD, STANDINGS)
    assert told.recipe == RECIPE.version
    assert [(one.name, one.rank, one.score, one.share) for one in told.parts] == [
        (MEANING, 3, 0.712346, 0.4),
        (WORDS, 1, 12.5, 0.35),
    ]
    assert [(one.text, one.place, one.count) for one in told.matched] == matched


def test_a_list_by_day_has_no_ranking_to_explain() -> None:
    told = hits.explained(parse("graph"), CARD, ())
    assert (told.recipe, told.parts) == ("", [])
    assert told.matched


@pytest.mark.parametrize("explain", [True, False])
def test_a_paper_that_was_named(explain: bool) -> None:
    hit = hits.outright(CARD, " 2401.00001 ", explain=explain)
    assert (hit.id, hit.score) == (CARD.paper, 1.0)
    assert (hit.explanation is not None) is explain
    if hit.explanation:
        (one,) = hit.explanation.matched
        assert (one.text, one.place) == ("2401.00001", "id")
