"""The text of a paper, and what a reader should know about it."""

import pytest

from common.events import PaperFetched, PaperMeta
from common.reading.parsed import Parsed, unreadable
from common.texts import Passage
from indexer import compose

META = PaperMeta(title="On bandits", abstract=" We pull arms. ")
EVENT = PaperFetched(paper="arxiv:2608.00001", version=2, epoch=1, meta=META)
READ = Parsed(
    passages=(Passage(no=0, text="Text.", page=3, section="1 Intro"),),
    references="[1]",
    pages=9,
    extractor="pypdfium2 5",
)


@pytest.mark.parametrize(
    ("parsed", "extractor", "passages", "pages", "notes"),
    [
        (READ, "pypdfium2 5", ("Text.",), 9, ()),
        (None, "abstract", ("We pull arms.",), 0, ()),
        (
            unreadable("encrypted", "the PDF is locked with a password"),
            "abstract",
            ("We pull arms.",),
            0,
            ("indexed from the abstract: the PDF is locked with a password",),
        ),
    ],
)
def test_text_and_notes(
    parsed: Parsed | None,
    extractor: str,
    passages: tuple[str, ...],
    pages: int,
    notes: tuple[str, ...],
) -> None:
    text = compose.paper_text(EVENT, parsed)
    assert (text.extractor, text.pages) == (extractor, pages)
    assert tuple(passage.text for passage in text.passages) == passages
    assert compose.notes(parsed) == notes


def test_a_paper_without_abstract_has_no_passage() -> None:
    event = PaperFetched(paper="upload:1", version=1, meta=PaperMeta(title="Only a title"))
    assert compose.paper_text(event, None).passages == ()
