"""Rows, and what they cover."""

import msgspec
import pytest

from common.events import ObjectRef, PaperAnnounced, PaperFetched, PaperMeta
from common.ids import event_id
from common.ledger import Entry, Row, State, decode, draft_of, result_as, stamp


def row(state: State = "done", version: int = 2, epoch: int = 1, result: bytes = b"") -> Row:
    made = Row(
        paper="arxiv:2401.00001",
        row="fetcher",
        state=state,
        version=version,
        epoch=epoch,
        at="2026-01-01T00:00:00.000000Z",
    )
    return msgspec.structs.replace(made, result=msgspec.Raw(result)) if result else made


@pytest.mark.parametrize(
    ("state", "version", "epoch", "replay", "covered"),
    [
        # an older version is overtaken whatever became of it, a newer one is always new work
        ("done", 1, 0, False, True),
        ("announced", 1, 9, False, True),
        ("dead", 1, 9, True, True),
        ("done", 3, 0, False, False),
        ("dead", 3, 0, True, False),
        # the same version: an announcement is no end
        ("announced", 2, 0, False, False),
        ("announced", 2, 1, True, False),
        # done and cancelled stay so for a fact that comes again, whatever its epoch
        ("done", 2, 1, False, True),
        ("done", 2, 2, False, True),
        ("cancelled", 2, 2, False, True),
        # what died may be done again by a higher epoch
        ("dead", 2, 0, False, True),
        ("dead", 2, 1, False, True),
        ("dead", 2, 2, False, False),
        # a replay asks by name, and only its own epoch covers it
        ("done", 2, 0, True, True),
        ("done", 2, 1, True, True),
        ("done", 2, 2, True, False),
        ("cancelled", 2, 2, True, False),
        ("dead", 2, 2, True, False),
    ],
)
def test_covers(state: State, version: int, epoch: int, replay: bool, covered: bool) -> None:
    assert row(state).covers(version, epoch, replay=replay) == covered


def test_a_row_survives_its_encoding() -> None:
    one = msgspec.structs.replace(row(result=b'{"a":1}'), notes=("x",), error="é")
    assert decode(msgspec.json.encode(one)) == one


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"paper":"a","row":"b","state":"lost"}'])
def test_what_is_no_row_is_refused(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode(body)


def test_unknown_fields_are_ignored() -> None:
    body = msgspec.json.encode(row())[:-1] + b',"of_tomorrow":1}'
    assert decode(body).paper == "arxiv:2401.00001"


def test_the_fact_on_a_row() -> None:
    fact = PaperFetched(
        paper="a",
        version=1,
        meta=PaperMeta(title="T"),
        pdf=ObjectRef(key="k", sha256="s", size_bytes=1),
    )
    entry = Entry(row(result=msgspec.json.encode(fact)), 7)
    assert result_as(entry, PaperFetched) == fact
    assert result_as(Entry(row(), 7), PaperFetched) is None
    assert result_as(None, PaperFetched) is None


def test_a_stamp_depends_only_on_what_is_stated() -> None:
    event = PaperAnnounced(paper="a", version=1, meta=PaperMeta(title="T"))
    first, second = stamp(event, "t1"), stamp(event, "t2")
    assert first.event_id == second.event_id == event_id("a", "paper.announced", 1, 0)
    assert first.trace == "t1"
    assert first.at.endswith("Z")
    assert stamp(msgspec.structs.replace(event, epoch=1), "").event_id != first.event_id


def test_an_event_as_draft() -> None:
    event = stamp(PaperAnnounced(paper="a", version=1, meta=PaperMeta(title="T")), "t1")
    draft = draft_of(event)
    assert (draft.subject, draft.message_id, draft.trace) == (
        "paper.announced",
        event.event_id,
        "t1",
    )
    assert msgspec.json.decode(draft.body, type=PaperAnnounced) == event
    assert draft.expected_seq is None
