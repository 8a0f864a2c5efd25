"""After a cancel a row says what it said before."""

from typing import Any

import msgspec
import pytest

from common.events import ObjectRef, PaperEmbedded, PaperFetched, PaperMeta
from common.handlers import Done
from common.ledger import Entry, Row
from common.undone import as_it_was

META = PaperMeta(title="T")
TEXT = ObjectRef(key="text/ab", sha256="ab" * 32, size_bytes=1)
ASKED = PaperFetched(paper="arxiv:2401.00001", version=2, epoch=3, meta=META)
BEFORE = PaperEmbedded(
    paper=ASKED.paper, version=2, epoch=1, meta=META, text=TEXT, model="m", passages=1
)


def entry(state: Any = "done", version: int = 2) -> Entry:
    body = msgspec.Raw(msgspec.json.encode(BEFORE))
    row = Row(paper=ASKED.paper, row="indexer", state=state, version=version, at="", result=body)
    return Entry(row, 7)


def test_the_result_from_before_stays_under_the_epoch_that_was_asked() -> None:
    assert as_it_was(entry(), ASKED, PaperEmbedded) == msgspec.structs.replace(BEFORE, epoch=3)


@pytest.mark.parametrize("there", [None, entry("dead"), entry(version=1)])
def test_without_one_nothing_is_stated(there: Entry | None) -> None:
    assert as_it_was(there, ASKED, PaperEmbedded) == Done(notes=("cancelled with its job",))
