import warnings
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import numpy as np
import pytest
from qdrant_client import AsyncQdrantClient

from common import bm25
from common.embed.embedder import Vectors as Dense
from common.errors import UsageError
from common.ranking.fusing import MEANING, WORDS
from common.vectors.adapter import Vectors
from common.vectors.filters import Words
from common.vectors.points import PaperPoint, PassagePoint, day_ms, groups_of, order_of
from gateway import index as index_module
from gateway.index import QdrantIndex, card
from gateway.ports import Filters, Sought

MODEL = "by-hand"
AXES = ("graph", "protein", "galaxy", "poem")
"""A text means how often it names each of these, or a word that stands for one."""
MEANS = {"network": "graph", "enzyme": "protein", "star": "galaxy", "verse": "poem"}
ALL = Filters()
DOI = "10.1103/physrevd.1"


class ByHand:
    """An embedder whose meanings are known; it counts what it is asked."""

    model = MODEL
    dim = len(AXES)

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def embed(self, texts: Sequence[str]) -> Dense:
        """One row per text."""
        self.asked += texts
        return np.array([_meaning(text) for text in texts], dtype=np.float32)

    async def close(self) -> None:
        """Nothing to give back."""


def _meaning(text: str) -> list[float]:
    words = [MEANS.get(word, word) for word in text.lower().split()]
    return [words.count(axis) + 0.01 for axis in AXES]


def point(n: int, title: str, day: str, **more: object) -> PaperPoint:
    paper = f"arxiv:2607.{n:05d}"
    given = {"categories": ("cs.LG",), "feeds": ("ai",), "has_pdf": True, "full_text": True}
    fields = {**given, **more}
    categories = fields["categories"]
    assert isinstance(categories, tuple)
    return PaperPoint(
        paper=paper,
        version=1,
        title=title,
        abstract=f"About {title}.",
        announced=day,
        announced_ms=day_ms(day),
        order=order_of(paper, day_ms(day)),
        groups=groups_of(categories),
        gen=1,
        **fields,  # type: ignore[arg-type]
    )


POINTS = (
    point(1, "graph graph walks", "2026-07-10"),
    point(2, "network structure", "2026-07-11", categories=("cs.LG", "stat.ML"), has_pdf=False),
    point(3, "protein folding", "2026-07-12", categories=("q-bio.BM",), feeds=("bio",)),
    point(4, "galaxy survey", "2026-07-13", categories=("astro-ph.GA",), full_text=False, doi=DOI),
    point(5, "poem of walks", "2026-07-14", categories=("cs.CL",), authors=("A",), authors_total=9),
)
KEYS = [one.paper for one in POINTS]


@pytest.fixture
def embedder() -> ByHand:
    return ByHand()


@pytest.fixture
async def index(embedder: ByHand) -> AsyncIterator[QdrantIndex]:
    client = AsyncQdrantClient(":memory:")
    vectors = Vectors(client, MODEL, embedder.dim)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Payload indexes have no effect")
        await vectors.ensure()
    for one in POINTS:
        dense = await embedder.embed([one.title])
        await vectors.index_paper(one, dense, bm25.document(f"{one.title} {one.abstract}"))
    texts = ("a graph is walked", "the verse at its end")
    passages = [
        PassagePoint(paper=KEYS[0], no=no, text=text, gen=1, page=no + 1, section=f"S{no}")
        for no, text in enumerate(texts)
    ]
    stored = [bm25.document(text) for text in texts]
    await vectors.index_passages(passages, await embedder.embed(texts), stored)
    embedder.asked.clear()
    yield QdrantIndex(vectors, embedder)
    await client.close()


async def found(index: QdrantIndex, text: str, mode: str, limit: int = 10) -> list[str]:
    hits = await index.search(text, ALL, mode=mode, limit=limit)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    return [hit.card.paper for hit in hits]


async def test_by_words_only_what_holds_them_is_found(index: QdrantIndex) -> None:
    assert set(await found(index, "walks", "keyword")) == {KEYS[0], KEYS[4]}
    assert await found(index, "walking graphs", "keyword") == [KEYS[0], KEYS[4]]
    assert await found(index, "chess", "keyword") == []


async def test_by_words_nothing_is_embedded(index: QdrantIndex, embedder: ByHand) -> None:
    await found(index, "graph", "keyword")
    assert embedder.asked == []


async def test_by_meaning_other_words_are_found_too(index: QdrantIndex) -> None:
    assert (await found(index, "network", "semantic"))[:2] in (KEYS[:2], KEYS[1::-1])
    assert (await found(index, "enzyme", "semantic"))[0] == KEYS[2]
    assert (await found(index, "star", "semantic"))[0] == KEYS[3]


async def test_hybrid_puts_first_what_both_sides_find(index: QdrantIndex) -> None:
    hits = await found(index, "graph walks", "hybrid")
    assert hits[0] == KEYS[0]
    assert set(hits) == set(KEYS), "meaning ranks everything"
    assert (await found(index, "verse walks", "hybrid"))[0] == KEYS[4]


@pytest.mark.parametrize("text", ["the of and", "!!!", "\N{SNOWMAN}"])
async def test_a_query_without_any_word_is_no_failure(index: QdrantIndex, text: str) -> None:
    assert await found(index, text, "keyword") == []
    assert len(await found(index, text, "hybrid")) == len(KEYS)


@pytest.mark.parametrize("mode", ["hybrid", "keyword", "semantic"])
async def test_an_order_is_whole_however_few_are_shown(index: QdrantIndex, mode: str) -> None:
    whole = await index.rank(Sought("graph walks", mode), limit=10)
    assert len(whole.order) == len(whole.cards) >= 2
    some = await index.rank(Sought("graph walks", mode), limit=1)
    assert some.order == whole.order
    assert list(some.cards) == [whole.order[0].point]
    assert (await index.rank(Sought("graph walks", mode), limit=0)).cards == {}
    points = [one.point for one in whole.order]
    assert await index.at([*points, str(UUID(int=0))]) == whole.cards
    assert await index.at([]) == {}


async def test_each_says_where_it_stood(index: QdrantIndex) -> None:
    looked = await index.rank(Sought("graph walks"), limit=10)
    first = looked.order[0]
    assert looked.cards[first.point].paper == KEYS[0]
    assert [(one.name, one.rank < 3) for one in first.standings] == [(MEANING, True), (WORDS, True)]
    for one in looked.order:
        assert one.score == pytest.approx(sum(stood.share for stood in one.standings))
    for mode, name in (("keyword", WORDS), ("semantic", MEANING)):
        alone = await index.rank(Sought("graph walks", mode), limit=10)
        assert {stood.name for one in alone.order for stood in one.standings} == {name}


async def test_newer_papers_first_where_they_fit_as_well(index: QdrantIndex) -> None:
    now_ms = day_ms("2026-07-14")
    plain = await index.rank(Sought("walks", "keyword"), limit=10)
    for later, first in ((0, KEYS[4]), (-100, KEYS[4])):
        sought = Sought("walks", "keyword", ALL, now_ms - later * 86_400_000)
        fresh = await index.rank(sought, limit=10)
        assert {one.point for one in fresh.order} == {one.point for one in plain.order}
        assert fresh.cards[fresh.order[0].point].paper == first
    only = {one.point: one.score for one in plain.order}
    assert all(one.score <= only[one.point] for one in fresh.order)
    assert any(one.score < only[one.point] for one in fresh.order)


async def test_a_paper_by_the_doi_of_its_journal(index: QdrantIndex) -> None:
    for written in (DOI, "10.1103/PhysRevD.1", DOI.upper()):
        named = await index.named(written)
        assert named is not None
        assert named.paper == KEYS[3]
    assert await index.named("10.1000/other") is None
    found = await index.by_dois(["10.1103/PhysRevD.1", "10.1000/other"])
    assert {doi: card.paper for doi, card in found.items()} == {"10.1103/PhysRevD.1": KEYS[3]}
    assert found["10.1103/PhysRevD.1"].doi == DOI.lower()


@pytest.mark.parametrize(
    ("words", "papers"),
    [
        ((Words(text="graph walks"),), [0]),
        ((Words(text="walks", phrase=False),), [0, 4]),
        ((Words(text="walks"), Words(text="poem", excluded=True)), [0]),
        ((Words(place="title", text="about"),), []),
        ((Words(place="abstract", text="about"),), [0, 1, 2, 3, 4]),
    ],
)
async def test_words_that_must_be_there(
    index: QdrantIndex, words: tuple[Words, ...], papers: list[int]
) -> None:
    wanted = Filters(words=words)
    assert await index.count(wanted) == len(papers)
    for mode in ("hybrid", "keyword", "semantic"):
        hits = await index.search("walks", wanted, mode=mode, limit=10)
        assert {hit.card.paper for hit in hits} <= {KEYS[n] for n in papers}, mode
    listed, _ = await index.newest(wanted, limit=10)
    assert {one.paper for one in listed} == {KEYS[n] for n in papers}


@pytest.mark.parametrize(
    ("wanted", "papers"),
    [
        (ALL, [0, 1, 2, 3, 4]),
        (Filters(categories=("cs.LG",)), [0, 1]),
        (Filters(categories=("cs",)), [0, 1, 4]),
        (Filters(categories=("stat.ML", "q-bio")), [1, 2]),
        (Filters(categories=("math.AG",)), []),
        (Filters(feeds=("bio",)), [2]),
        (Filters(has_pdf=False), [1]),
        (Filters(has_pdf=True), [0, 2, 3, 4]),
        (Filters(full_text=False), [3]),
        (Filters(date_from="2026-07-13"), [3, 4]),
        (Filters(date_to="2026-07-11"), [0, 1]),
        (Filters(date_from="2026-07-12", date_to="2026-07-12"), [2]),
        (Filters(categories=("cs",), date_from="2026-07-11", has_pdf=True), [4]),
    ],
)
async def test_filters_mean_the_same_everywhere(
    index: QdrantIndex, wanted: Filters, papers: list[int]
) -> None:
    keys = [KEYS[n] for n in papers]
    listed, _ = await index.newest(wanted, limit=10)
    assert [one.paper for one in listed] == keys[::-1]
    assert await index.count(wanted) == len(keys)
    for mode in ("hybrid", "semantic"):
        hits = await index.search("graph", wanted, mode=mode, limit=10)
        assert {hit.card.paper for hit in hits} == set(keys), mode
    hits = await index.search("about", wanted, mode="keyword", limit=10)
    assert {hit.card.paper for hit in hits} <= set(keys)
    walks = await index.search("walks", wanted, mode="keyword", limit=10)
    assert {hit.card.paper for hit in walks} == set(keys) & {KEYS[0], KEYS[4]}


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
async def test_a_walk_over_the_newest(index: QdrantIndex, limit: int) -> None:
    met: list[str] = []
    after = ""
    for _ in KEYS:
        cards, after = await index.newest(ALL, limit=limit, after=after)
        met += [one.paper for one in cards]
        if not after:
            break
    assert met == KEYS[::-1]


@pytest.mark.parametrize("after", ["x", "2026-07-14 arxiv:2607.00005", "\N{SNOWMAN}"])
async def test_a_foreign_place_is_the_clients_fault(index: QdrantIndex, after: str) -> None:
    with pytest.raises(UsageError, match="cursor"):
        await index.newest(ALL, limit=2, after=after)


async def test_one_paper_and_those_near_it(index: QdrantIndex) -> None:
    there = await index.get(KEYS[4])
    assert there is not None
    assert (there.title, there.authors, there.authors_total) == ("poem of walks", ("A",), 9)
    near = await index.similar(KEYS[0], limit=2)
    assert near[0].card.paper == KEYS[1]
    assert len(near) == 2
    assert KEYS[0] not in {hit.card.paper for hit in near}
    assert await index.get("arxiv:2607.99999") is None
    assert await index.similar("arxiv:2607.99999", limit=2) == []


async def test_passages_of_one_paper(index: QdrantIndex) -> None:
    best = await index.passages("verse", paper=KEYS[0], limit=5)
    assert [(one.no, one.page, one.section) for one in best] == [(1, 2, "S1"), (0, 1, "S0")]
    assert len(await index.passages("verse", paper=KEYS[0], limit=1)) == 1
    assert await index.passages("verse", paper=KEYS[1], limit=5) == []


async def test_passages_of_all_papers(index: QdrantIndex) -> None:
    best = await index.all_passages("verse", limit=5)
    assert [(one.paper, one.page, one.section) for one in best] == [
        (KEYS[0], 2, "S1"),
        (KEYS[0], 1, "S0"),
    ]
    assert len(await index.all_passages("verse", limit=1)) == 1
    assert await index.all_passages("verse", Filters(ids=tuple(KEYS[1:])), limit=5) == []
    assert len(await index.all_passages("verse", Filters(ids=(KEYS[0],)), limit=5)) == 2


async def test_papers_near_several_texts_and_their_words(
    index: QdrantIndex, embedder: ByHand
) -> None:
    texts = ("a protein", "an enzyme", "a verse")
    best = await index.near_texts(texts, "", limit=2)
    assert embedder.asked == list(texts)
    assert [one.card.paper for one in best] == [KEYS[2], KEYS[4]]
    worded = await index.near_texts(texts, "survey", limit=3)
    assert KEYS[3] in [one.card.paper for one in worded], "by its word alone"


async def test_the_most_frequent_values(index: QdrantIndex) -> None:
    counted = await index.facet("categories", ALL, limit=10)
    assert counted[0] == ("cs.LG", 2)
    assert dict(counted)["stat.ML"] == 1
    assert "cs" not in dict(counted), "archives are no categories"
    assert await index.facet("categories", ALL, limit=1) == [("cs.LG", 2)]
    assert dict(await index.facet("feeds", Filters(full_text=True), limit=9)) == {"ai": 3, "bio": 1}
    assert dict(await index.facet("announced", Filters(feeds=("bio",)), limit=9)) == {
        "2026-07-12": 1
    }


async def test_a_query_is_embedded_once(index: QdrantIndex, embedder: ByHand) -> None:
    for mode in ("hybrid", "semantic", "hybrid"):
        await found(index, "graph", mode)
    await index.passages("graph", paper=KEYS[0], limit=1)
    assert embedder.asked == ["graph"]


async def test_only_so_many_queries_are_kept_the_latest_ones(
    index: QdrantIndex, embedder: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "CACHED_QUERIES", 3)
    for text in ("graph", "poem", "star", "graph", "verse", "graph", "star"):
        await found(index, text, "semantic")
    assert embedder.asked == ["graph", "poem", "star", "verse"]
    await found(index, "poem", "semantic")
    assert embedder.asked[-1:] == ["poem"], "what was not asked for longest was forgotten"


def test_a_card_shows_what_the_point_holds() -> None:
    given = {"submitted": "2026-07-01T00:00:00Z", "updated": "2026-07-13T00:00:00Z"}
    one = point(7, "T", "2026-07-14", tldr="Short", licence="https://x", withdrawn=True, **given)
    shown = card(one)
    kept = set(shown.__struct_fields__)
    assert len(kept) >= 16
    assert {name: getattr(shown, name) for name in kept} == {n: getattr(one, n) for n in kept}


async def test_those_that_are_there_come_in_the_order_asked(index: QdrantIndex) -> None:
    asked = [KEYS[3], "arxiv:2607.99999", KEYS[0]]
    assert [one.paper for one in await index.these(asked)] == [KEYS[3], KEYS[0]]
    assert await index.these([]) == []
