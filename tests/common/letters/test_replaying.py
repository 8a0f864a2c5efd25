"""What a letter is replayed as."""

import msgspec
import pytest

from common.events import Event, FetchRequested, PaperAnnounced, PaperMeta, SummaryRequested
from common.ledger import Entry, Row, State
from common.letters.letter import HEADERS, Opened, letter, opened
from common.letters.replaying import Redrive, is_open, replayed
from common.stream import Stored

PLACES = {PaperAnnounced: "fetcher", FetchRequested: "fetcher", SummaryRequested: "summarizer"}


def of(event: Event | FetchRequested, *, raw: bytes = b"", **why: str) -> Opened:
    service = PLACES[type(event)]
    body = raw or msgspec.json.encode(event)
    draft = letter(event.subject, body, service=service, why=why, trace="00-a-b-01")
    return opened(Stored(9, draft.subject, "2026", body, draft.all_headers()))


def announced(epoch: int = 0) -> PaperAnnounced:
    return PaperAnnounced(paper="a", version=2, epoch=epoch, meta=PaperMeta(title="T"))


def row(state: State = "dead", version: int = 2, epoch: int = 0) -> Row:
    return Row(paper="a", row="fetcher", state=state, version=version, epoch=epoch, at="t")


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (None, True),
        (row(), True),
        (row("announced"), True),
        (row("done"), False),
        (row("cancelled"), False),
        (row("waiting"), False),
        (row("dead", epoch=1), False),
        (row("done", epoch=1), False),
        (row("announced", epoch=1), False),
        (row("dead", version=3), False),
        (row("done", version=1), True),
    ],
)
def test_what_is_still_open(there: Row | None, expected: bool) -> None:
    assert is_open(there, of(announced()).letter) is expected


@pytest.mark.parametrize(("letters", "rows", "epoch"), [(0, None, 1), (0, 0, 1), (2, 1, 3)])
def test_the_epoch_is_raised_and_the_rest_stays(letters: int, rows: int | None, epoch: int) -> None:
    raw = msgspec.json.encode({**msgspec.to_builtins(announced(letters)), "of_a_later_time": 1})
    entry = None if rows is None else Entry(row(epoch=rows), 5)
    found = of(announced(letters), raw=raw)
    draft, given = replayed(found, entry, None)
    assert given == epoch
    assert draft.subject == "retry.fetcher.paper.announced"
    body = msgspec.json.decode(draft.body)
    assert body.pop("event_id")
    assert body == {**msgspec.json.decode(raw), "epoch": epoch}
    assert draft.headers == {HEADERS["letter"]: "9"}
    assert draft.trace == "00-a-b-01"
    assert draft == replayed(found, entry, None)[0]


def test_a_request_goes_to_its_queue_again() -> None:
    draft, epoch = replayed(of(FetchRequested(feed="ai")), None, None)
    assert (draft.subject, epoch) == ("fetch.requested", 0)
    assert msgspec.json.decode(draft.body, type=FetchRequested).feed == "ai"
    asked = of(SummaryRequested(paper="a", version=2, model="m"))
    draft, epoch = replayed(asked, Entry(row(epoch=4), 5), None)
    assert (draft.subject, epoch) == ("summary.requested", 5)


def test_a_recovery_marks_its_replays_and_a_person_keeps_the_mark() -> None:
    draft, _ = replayed(of(announced()), None, Redrive(times=2, at="now"))
    assert (draft.headers[HEADERS["redrives"]], draft.headers[HEADERS["redriven"]]) == ("2", "now")
    by_hand, _ = replayed(of(announced(), redrives="2", redriven="now"), None, None)
    assert by_hand.headers == draft.headers
