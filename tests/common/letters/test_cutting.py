"""What is kept of a message that is too large for a letter."""

from typing import Any

import msgspec
import pytest

from common import topology
from common.batch import Draft, size_of
from common.events import FetchRequested, PaperAnnounced, PaperMeta
from common.letters import cutting
from common.letters.letter import letter, opened
from common.stream import Stored

WHY = {"class": "Terminal", "reason": "no_pdf", "error": "gone", "attempts": "1", "seq": "7"}
HUGE = topology.MIB - 200


def kept(subject: str, body: bytes) -> Draft:
    return letter(subject, body, service="fetcher", why=WHY)


def announced(**meta: Any) -> bytes:
    event = PaperAnnounced(
        paper="doi:10.1/" + "x" * 500,
        version=3,
        epoch=2,
        meta=PaperMeta(title="T", authors=("A",) * 9000, **meta),
    )
    return msgspec.json.encode(event)


@pytest.mark.parametrize("over", [0, 1])
def test_a_letter_is_whole_as_long_as_it_can_be_stored(over: int) -> None:
    empty = kept("paper.announced", b"")
    room = topology.MAX_LETTER_BYTES - cutting.ROOM_BYTES - size_of(empty, empty.all_headers())
    made = kept("paper.announced", b"x" * (room + over))
    assert (cutting.HEADER in made.headers) == bool(over)
    assert cutting.fits(made)


def test_of_a_message_of_ours_its_paper_and_the_beginnings_are_kept() -> None:
    body = announced(abstract="論" * HUGE)
    made = kept("retry.fetcher.paper.announced", body)
    found = opened(Stored(9, made.subject, "2026-07-14T08:00:00Z", made.body, made.all_headers()))
    assert found.letter.cut_from_bytes == len(body)
    assert found.letter.size_bytes == len(made.body) < 100_000
    assert isinstance(found.event, PaperAnnounced)
    whole = msgspec.json.decode(body, type=PaperAnnounced)
    assert (found.event.paper, found.event.version) == (whole.paper, 3)
    assert found.letter.epoch == 2
    assert found.event.meta.abstract.endswith("論…")
    assert len(found.event.meta.abstract) == cutting.TEXT_KEPT
    assert found.event.meta.authors == ("A",) * cutting.ITEMS_KEPT
    assert cutting.fits(made)


def test_a_list_of_ids_is_cut_too() -> None:
    body = msgspec.json.encode(FetchRequested(ids=("2401.00001",) * 90_000))
    made = kept("fetch.requested", body)
    assert len(msgspec.json.decode(made.body, type=FetchRequested).ids) == cutting.ITEMS_KEPT


@pytest.mark.parametrize("body", [b"\xff" * HUGE, b"{" * HUGE, b'{"x": "' + b"y" * HUGE + b'"}'])
def test_of_anything_else_the_first_bytes(body: bytes) -> None:
    made = kept("paper.announced", body)
    assert made.body == body[: cutting.BYTES_KEPT]
    assert made.headers[cutting.HEADER] == str(len(body))
    assert cutting.fits(made)


def test_the_largest_message_of_ours_fits_when_cut() -> None:
    texts = dict.fromkeys(
        ("title", "abstract", "comment", "journal_ref", "doi"), "\U0001f41d" * 5000
    )
    lists = dict.fromkeys(("authors", "categories", "feeds"), ("\x01" * 5000,) * 5000)
    event = PaperAnnounced(paper="a", version=1, meta=PaperMeta(**texts, **lists))  # type: ignore[arg-type]
    made = kept("paper.announced", msgspec.json.encode(event))
    assert cutting.fits(made)
