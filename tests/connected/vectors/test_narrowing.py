"""A query finds in the index what a watch finds in a paper: one language, on all vector servers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import numpy as np
import pytest
from qdrant_client import AsyncQdrantClient, models

from common import bm25, licences
from common.querying import Texts, narrowed, occurrences, parse
from common.vectors import collections
from common.vectors.adapter import Vectors
from common.vectors.filters import Filters, Words
from common.vectors.points import PaperPoint, day_ms, groups_of, order_of
from common.vectors.sifting import holds
from vector_servers import MARKS, Backend

pytestmark = MARKS
SERVERS = pytest.mark.parametrize(
    "backend", ["standalone", "qdrant"], indirect=True, scope="module"
)
"""Local mode has no indexes of words."""

DIM = 2
CC = "http://creativecommons.org/licenses"


def paper(no: int, title: str, abstract: str = "", **more: object) -> PaperPoint:
    key = f"arxiv:2401.{no:05d}"
    fields: dict[str, object] = {"categories": ("cs.LG",), "announced": "2024-01-15", **more}
    day, categories = fields["announced"], fields["categories"]
    assert isinstance(day, str)
    assert isinstance(categories, tuple)
    return PaperPoint(
        paper=key,
        version=1,
        title=title,
        abstract=abstract,
        announced_ms=day_ms(day),
        order=order_of(key, day_ms(day)),
        groups=groups_of(categories),
        gen=1,
        **fields,  # type: ignore[arg-type]
    )


PAPERS = (
    paper(
        0, "Bag of words models for zero-shot learning", authors=("Geoffrey Hinton", "Yann LeCun")
    ),
    paper(
        1, "Schrödinger operators and Erdős graphs", "Graph networks.", authors=("G. E. Hinton",)
    ),
    paper(2, "Words of a bag: state-of-the-art", authors=("Geoffrey Everest Hinton",)),
    paper(3, "The networking of things", "COVID-19 programs'.", authors=("José García Márquez",)),
    paper(
        4, "$\\mathcal{O}(n)$ networks", "A survey of GPT-4's words.", authors=("Hinton, Geoffrey",)
    ),
    paper(5, "Zero shot", authors=("Geoffrey Li", "Yann Hinton"), announced="2019-12-31"),
    paper(6, "Graphs", authors=("A Geoffrey", "Hinton B"), announced="2020-01-01"),
    paper(7, "Trees", authors=("Jean-Pierre Serre",), categories=("math.AG", "math-ph")),
    paper(8, "Fields", authors=("Wei Wang", "Łukasz Kaiser"), licence=f"{CC}/by/4.0/"),
    paper(9, "Rings", authors=("Wenbo Wang", "Wei Li"), licence=f"{CC}/by-sa/4.0/"),
    paper(10, "Loops", authors=("Grace Hinton",), feeds=("bio",), summary_model="small", tldr="x"),
    paper(11, "Knots", authors=("H. Kim",), licence="http://arxiv.org/licenses/assumed-1991-2003/"),
    paper(
        12, "Braids", "what is not a knot", licence="https://example.org/terms", feeds=("ai", "bio")
    ),
    paper(13, "The C language", authors=("Jun Wang", "Wei Wong")),
)

QUERIES = (
    *("", "graph", "-graph", "-zero-shot", "-survey -graph", "-the"),
    *('"bag of words"', '"words of a bag"', '"of a"', '"the of"', '"bag words"', '-"of words"'),
    *('"zero shot"', "ti:zero-shot", "ti:networks", "abs:network", "ti:network abs:network"),
    *('"state of the art"', "ti:Schrodinger", "ti:ERDOS", "ti:Erdős", "abs:covid-19", "abs:gpt-4"),
    *('ti:"O(n) network"', "abs:program", "ti:of", '"what is not"', "ti:nothing"),
    *("au:hinton", "au:Hinton,G", "au:G.Hinton", 'au:"Geoffrey Hinton"', 'au:"Hinton Geoffrey"'),
    *('au:"Hinton, Geoffrey"', 'au:"G. E. Hinton"', '-au:"Geoffrey Hinton"', 'au:"Yann Hinton"'),
    *('au:"Garcia Marquez, J"', "au:garcia", 'au:"José Márquez"', 'au:"J. García"', "au:marquez"),
    *(
        'au:"Jean-Pierre Serre"',
        'au:"J.-P. Serre"',
        'au:"Jean Serre"',
        'au:"J Serre"',
        "au:serr",
        'au:"W. Li"',
    ),
    *(
        'au:"Wei Wang"',
        'au:"Wang Wei"',
        'au:"Łukasz Kaiser"',
        "au:lukasz",
        "au:kim",
        'au:"Hans Kim"',
    ),
    *("cat:cs", "cat:CS.lg", "cat:math", "-cat:cs.LG", "cat:math.AG cat:math-ph", "cat:math.*"),
    *("year:2024", "year:2020..", "-year:2024", "year:..2019", "year:2019..2020 -year:2019"),
    *(
        "feed:bio",
        "feed:ai feed:bio",
        "-feed:ai",
        "id:2401.00003",
        "-id:2401.00003",
        "id:10.1000/x",
    ),
)

KINDS: tuple[tuple[Filters, list[int]], ...] = (
    (Filters(licences=("cc-by",)), [8]),
    (Filters(licences=("cc-by", "cc-by-sa")), [8, 9]),
    (Filters(licences=(licences.ARXIV,)), [11]),
    (Filters(licences=(licences.OTHER,)), [12]),
    (Filters(licences=(licences.NONE,)), [0, 1, 2, 3, 4, 5, 6, 7, 10, 13]),
    (Filters(summarised=True), [10]),
    (Filters(summarised=False, date_to="2020-06-01"), [5, 6]),
    (Filters(ids=()), []),
    (Filters(ids=("arxiv:2401.00001", "x"), not_ids=("x",)), [1]),
    (Filters(words=(Words(text="words bag", phrase=False),)), [0, 2]),
    (Filters(categories=("math",), all_categories=("math.AG",)), [7]),
    (Filters(feeds=("ai", "bio"), not_feeds=("ai",)), [10]),
)


@asynccontextmanager
async def opened(url: str, model: str) -> AsyncIterator[Vectors]:
    client = AsyncQdrantClient(url=url, timeout=60, check_compatibility=False)
    yield Vectors(client, model, DIM)
    await client.close()


async def fill(vectors: Vectors) -> None:
    for point in PAPERS:
        dense = np.ones((1, DIM), dtype=np.float32)
        await vectors.index_paper(point, dense, bm25.document(point.title))


async def numbers(vectors: Vectors, filters: Filters) -> list[int]:
    page = await vectors.newest(filters, limit=len(PAPERS))
    return sorted(int(found.paper[-5:]) for found in page.papers)


Ask = Callable[[Filters], list[int]]


@pytest.fixture(scope="module")
def ask(backend: Backend) -> Ask:
    model = f"m-{uuid4().hex[:8]}"

    def run(work: Callable[[Vectors], Awaitable[list[int]]]) -> list[int]:
        async def working() -> list[int]:
            async with opened(backend.url, model) as vectors:
                return await work(vectors)

        return asyncio.run(working())

    async def made(vectors: Vectors) -> list[int]:
        await vectors.make()
        await fill(vectors)
        return []

    run(made)
    return lambda filters: run(lambda vectors: numbers(vectors, filters))


def held(text: str) -> list[int]:
    """The papers a watch would find, were all parts required."""
    return [
        no
        for no, of in enumerate(PAPERS)
        if all(
            bool(occurrences(term, texts(of))) is not term.excluded
            for term in parse(text).narrowing
        )
    ]


def texts(of: PaperPoint) -> Texts:
    return Texts(of.title, of.abstract, of.authors, of.categories, of.feeds, of.announced, of.paper)


@SERVERS
@pytest.mark.parametrize("text", QUERIES)
def test_the_index_finds_what_a_watch_finds(ask: Ask, text: str) -> None:
    filters = narrowed(parse(text), Filters())
    assert ask(filters) == held(text)
    assert [no for no, of in enumerate(PAPERS) if holds(filters, of)] == held(text)


def test_the_queries_tell_papers_apart() -> None:
    assert len({tuple(held(text)) for text in QUERIES}) > 30


@SERVERS
@pytest.mark.parametrize(
    ("text", "found"),
    [
        # one author is W. W., another one Wang
        ('au:"W. Wang"', [8, 9, 13]),
        ("ti:c++", [13]),
    ],
)
def test_what_the_index_cannot_tell(ask: Ask, text: str, found: list[int]) -> None:
    assert ask(narrowed(parse(text), Filters())) == found
    assert held(text) != found


@SERVERS
@pytest.mark.parametrize(("filters", "found"), KINDS)
def test_filters_choose(ask: Ask, filters: Filters, found: list[int]) -> None:
    assert ask(filters) == found
    assert [no for no, of in enumerate(PAPERS) if holds(filters, of)] == found


@SERVERS
async def test_a_collection_made_before_is_given_what_it_lacks(backend: Backend) -> None:
    model = f"m-{uuid4().hex[:8]}"
    async with opened(backend.url, model) as vectors:
        await vectors.client.create_collection(
            vectors.papers,
            vectors_config={
                collections.DENSE: models.VectorParams(size=DIM, distance=models.Distance.COSINE)
            },
            sparse_vectors_config={
                collections.SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)
            },
        )
        order = models.PayloadSchemaType.INTEGER
        await vectors.client.create_payload_index(vectors.papers, "order", order, wait=True)
        await fill(vectors)

        await vectors.make()
        await vectors.make()

        schema = (await vectors.client.get_collection(vectors.papers)).payload_schema
        assert set(schema) == set(collections.INDEXES[collections.PAPERS])
        asked = narrowed(parse('"bag of words" au:"G. Hinton"'), Filters())
        assert await numbers(vectors, asked) == [0]
        await vectors.client.delete_collection(vectors.papers)
