"""The points of one paper."""

import pytest

from common.events import ObjectRef, PaperFetched, PaperMeta
from common.texts import PaperText, Passage
from common.vectors import composing
from common.vectors.points import PaperPoint

META = PaperMeta(
    title="On bandits",
    abstract=" We pull arms. ",
    authors=("A", "B"),
    authors_total=30,
    categories=("cs.LG", "stat.ML"),
    announced="2026-08-31",
    updated="2026-08-30T10:00:00Z",
    feeds=("ai-scholar",),
)
PDF = ObjectRef(key="pdf/aa/x", sha256="x", size_bytes=3)
EVENT = PaperFetched(paper="arxiv:2608.00001", version=2, epoch=1, meta=META, pdf=PDF)
READ = PaperText(
    paper=EVENT.paper,
    version=2,
    extractor="pypdfium2 5",
    passages=(Passage(no=0, text="Text.", page=3, section="1 Intro"),),
    pages=9,
)
AT = "2026-08-31T12:00:00Z"


def test_the_point_of_a_paper() -> None:
    point = composing.paper_point(EVENT, READ, None, at=AT)
    assert (point.primary, point.groups) == ("cs.LG", ("cs.LG", "stat.ML", "cs", "stat"))
    assert (point.full_text, point.has_pdf, point.pages, point.passages) == (True, True, 9, 1)
    assert (point.authors_total, point.indexed_at, point.announced_ms) == (30, AT, 1788134400000)
    assert composing.searched(EVENT) == "On bandits\n We pull arms."


@pytest.mark.parametrize(("version", "kept"), [(2, "Short."), (1, "")])
def test_a_summary_is_kept_only_for_the_same_version(version: int, kept: str) -> None:
    before = PaperPoint(paper=EVENT.paper, version=version, title="", tldr="Short.")
    point = composing.paper_point(EVENT, READ, before, at=AT)
    assert point.tldr == kept


def test_passages_carry_what_filters_need() -> None:
    point = composing.paper_point(EVENT, READ, None, at=AT)
    (passage,) = composing.passage_points(READ, point)
    assert (passage.page, passage.section, passage.gen) == (3, "1 Intro", point.gen)
    assert (passage.groups, passage.feeds) == (point.groups, ("ai-scholar",))
