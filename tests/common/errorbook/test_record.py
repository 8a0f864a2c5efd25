"""Records of errors: without values, and added up."""

import pytest

from common.errorbook.occurrence import Occurrence
from common.errorbook.record import Record, decoded, record_of, together, without_values

AT = "2026-07-14T09:00:00.000000Z"
LATER = "2026-07-14T11:30:00.000000Z"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("no row 12 of 'arxiv:2401.00001'", "no row N of …"),
        ("cannot reach https://user:pw@host/x?q=1 in 3.5 s", "cannot reach URL in N s"),
        ("arxiv:2401.00001 is not indexed", "PAPER is not indexed"),
        ("/data/pdf/a.pdf cannot be read", "PATH cannot be read"),
        ("mail to ada@example.org refused", "mail to ADDRESS refused"),
        ("object 0af7651916cd43dd8448eb211c80319c is gone", "object ID is gone"),
        ("password=canary77 was wrong", "password=*** was wrong"),
        ("first line\nsecond 'secret'", "first line"),
        ("x" * 500, "x" * 200),
    ],
)
def test_a_message_is_kept_without_its_values(said: str, kept: str) -> None:
    assert without_values(said) == kept


def test_values_do_not_change_the_fingerprint() -> None:
    first = record_of(Occurrence(ValueError("row 1")), AT)
    second = record_of(Occurrence(ValueError("row 2")), LATER)
    other = record_of(Occurrence(KeyError("row 1")), AT)
    assert first.fingerprint == second.fingerprint != other.fingerprint


def test_a_line_without_an_exception_has_its_own_words() -> None:
    record = record_of(Occurrence(event="undecodable", words="byte 12 of 'x'"), AT)
    assert (record.type, record.message) == ("undecodable", "byte N of …")


def test_two_records_are_added_whichever_comes_first() -> None:
    older = Record(
        type="T", place="p", message="old", count=2, first=AT, last=AT, trace_id="aa",
        hours={AT[:13]: 2},
    )  # fmt: skip
    newer = record_of(Occurrence(event="T"), LATER)
    for both in (together(older, newer), together(newer, older)):
        assert (both.count, both.first, both.last) == (3, AT, LATER)
        assert both.trace_id == "aa"
        assert both.hours == {AT[:13]: 2, LATER[:13]: 1}


def test_hours_are_kept_for_days_only() -> None:
    record = Record(type="T", place="p", message="", first=AT, last=AT)
    for hour in range(400):
        at = f"2026-{1 + hour // 100:02d}-{1 + hour % 100 // 24:02d}T{hour % 24:02d}"
        record = together(
            record, Record(type="T", place="p", message="", first=at, last=at, hours={at: 1})
        )
    assert len(record.hours) == 7 * 24
    assert record.count == 401


@pytest.mark.parametrize("value", [b"", b"x", b"{}", b"[1]"])
def test_what_is_no_record_is_none(value: bytes) -> None:
    assert decoded(value) is None
