"""What the log says has to be in the index."""

import msgspec
import pytest

from cli.reindex.catalogue import Catalogue, named
from common.bus import Fact
from common.events import Event, ObjectRef, PaperEmbedded, PaperFetched, PaperMeta, SummaryReady
from common.vectors.points import generation
from common.vectors.stock import There

REF = ObjectRef(key="k", sha256="s", size_bytes=1)
ONE, TWO = "arxiv:2608.00001", "arxiv:2608.00002"


def embedded(paper: str, version: int = 1, *, epoch: int = 0, passages: int = 3) -> PaperEmbedded:
    return PaperEmbedded(
        paper=paper,
        version=version,
        epoch=epoch,
        meta=PaperMeta(title=f"On {paper}"),
        text=REF,
        model="m",
        passages=passages,
    )


def summary(paper: str, version: int = 1, tldr: str = "Short.") -> SummaryReady:
    meta = PaperMeta(title="T")
    return SummaryReady(
        paper=paper, version=version, meta=meta, tldr=tldr, summary=REF, model="x", recipe="r"
    )


def gathered(*facts: Event) -> Catalogue:
    catalogue = Catalogue()
    for seq, fact in enumerate(facts, start=1):
        catalogue.take(Fact(seq, fact.subject, "", msgspec.json.encode(fact)))
    return catalogue


def there(version: int = 1, *, epoch: int = 0, passages: int = 3, summary: bool = False) -> There:
    return There(version, generation(version, epoch), passages, summary)


@pytest.mark.parametrize(
    ("stock", "why"),
    [
        (None, "is not there"),
        (there(), ""),
        (there(passages=2), "has 2 passages, not 3"),
        (there(passages=4), "has 4 passages, not 3"),
        (there(0), "is there as version 0, not 1"),
        (there(1, epoch=1, passages=9), ""),
        (there(2, passages=9), ""),
    ],
)
def test_what_a_paper_lacks(stock: There | None, why: str) -> None:
    catalogue = gathered(embedded(ONE))
    gaps = catalogue.gaps({ONE: stock} if stock else {})
    assert [gap.why for gap in gaps] == ([why] if why else [])


def test_the_newest_indexing_counts_whatever_the_order() -> None:
    facts = [embedded(ONE, 1), embedded(ONE, 2, passages=5), embedded(ONE, 2, epoch=1, passages=6)]
    for order in (facts, facts[::-1]):
        found = gathered(*order).papers[ONE]
        assert (found.version, found.gen, found.passages) == (2, generation(2, 1), 6)
    assert gathered(*facts, embedded(TWO)).passages == 9


def test_only_the_summary_of_the_indexed_version_is_wanted() -> None:
    catalogue = gathered(embedded(ONE, 2), summary(ONE, 1), embedded(TWO), summary(TWO))
    assert catalogue.summary_of(ONE) is None
    found = catalogue.gaps({ONE: there(2), TWO: there()})
    assert [(gap.paper, gap.why, gap.summary_only) for gap in found] == [
        (TWO, "lacks its summary", True)
    ]
    assert catalogue.gaps({ONE: there(2), TWO: there(summary=True)}) == []


def test_a_paper_that_was_fetched_but_not_indexed_is_not_missed() -> None:
    fetched = PaperFetched(paper=ONE, version=1, meta=PaperMeta(title="T"))
    catalogue = gathered(fetched, embedded(TWO))
    assert [gap.paper for gap in catalogue.gaps({})] == [TWO]
    assert catalogue.fetched == {(ONE, 1): 1}
    assert catalogue.last == 2


@pytest.mark.parametrize(
    ("count", "numbers"), [(0, []), (2, [0, 3]), (3, [0, 2, 4]), (99, [*range(7)])]
)
def test_titles_are_taken_from_all_over_the_log(count: int, numbers: list[int]) -> None:
    catalogue = gathered(*(embedded(f"p:{n}") for n in range(7)))
    assert catalogue.titles(count) == [(f"p:{n}", f"On p:{n}") for n in numbers]


def test_gaps_in_words_name_a_few() -> None:
    gaps = gathered(*(embedded(f"p:{n}") for n in range(7))).gaps({})
    assert named(gaps, most=2) == "p:0 is not there; p:1 is not there; and 5 more"
    assert named(gaps[:1]) == "p:0 is not there"
