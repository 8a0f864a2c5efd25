"""Dead letters: body untouched, reasons in headers."""

from typing import Any

import msgspec
import pytest

from common import topology
from common.events import PaperAnnounced, PaperMeta
from common.letters.letter import HEADERS, MAX_ERROR_CHARS, letter, lineage_of, opened
from common.stream import Stored
from common.version import VERSION

BODY = b'{"paper": "arxiv:1", "secret": "kept as it is"}'
WHY = {"class": "Terminal", "reason": "not_found", "error": "gone", "attempts": "3", "seq": "7"}


def made(**changes: Any) -> Any:
    given: dict[str, Any] = {"service": "fetcher", "why": WHY, "trace": "00-a-b-01", **changes}
    subject = given.pop("subject", "paper.announced")
    return letter(subject, BODY, **given)


def test_body_subject_and_headers() -> None:
    draft = made()
    assert draft.subject == "dead.paper.announced"
    assert draft.body is BODY
    assert draft.headers == {
        "Paperbus-Service": "fetcher",
        "Paperbus-Class": "Terminal",
        "Paperbus-Reason": "not_found",
        "Paperbus-Error": "gone",
        "Paperbus-Attempts": "3",
        "Paperbus-Version": VERSION,
        "Paperbus-Stream": "PAPERS",
        "Paperbus-Seq": "7",
    }
    headers = draft.all_headers()
    assert headers["Nats-TTL"] == f"{90 * 86400}s"
    assert headers["traceparent"] == "00-a-b-01"
    assert headers["Nats-Msg-Id"] == draft.message_id


@pytest.mark.parametrize(
    ("subject", "dead"),
    [
        ("paper.announced", "dead.paper.announced"),
        ("retry.fetcher.paper.announced", "dead.paper.announced"),
        ("fetch.requested", "dead.fetch.requested"),
        ("retry.indexer.paper.fetched", "dead.retry.indexer.paper.fetched"),
    ],
)
def test_a_replay_dies_under_its_first_subject(subject: str, dead: str) -> None:
    assert made(subject=subject).subject == dead


@pytest.mark.parametrize(
    "error",
    [
        "one\r\nNats-Msg-Id: forged\ntwo",
        "tabs\tand\x0bmore\x85",
        "Ünïcode 論文",
        "password=canary77 and https://u:canary77@host/",
        "x" * 5000,
        "",
    ],
)
def test_an_error_is_one_short_ascii_line_without_secrets(error: str) -> None:
    text = made(why={**WHY, "error": error}).headers.get("Paperbus-Error", "")
    assert text.isascii()
    assert text.isprintable()
    assert len(text) <= MAX_ERROR_CHARS
    assert "canary77" not in text
    assert bool(text) == bool(error)


def test_the_same_death_has_the_same_id() -> None:
    assert made().message_id == made(trace="").message_id
    assert made().message_id != made(why={**WHY, "seq": "8"}).message_id
    assert made().message_id != made(service="indexer").message_id


def test_whatever_fitted_on_the_bus_fits_into_a_letter() -> None:
    assert made().limit_bytes == topology.MAX_LETTER_BYTES


EVENT = PaperAnnounced(paper="arxiv:1", version=2, epoch=3, meta=PaperMeta(title="T", feeds=("f",)))


def kept(subject: str, body: bytes, **why: str) -> Stored:
    """A letter as the log gives it back."""
    draft = letter(subject, body, service="fetcher", why={**WHY, **why}, trace="00-ab-cd-01")
    return Stored(9, draft.subject, "2026-07-14T08:00:00.123456789Z", body, draft.all_headers())


def test_a_letter_tells_what_was_put_into_it() -> None:
    found = opened(kept("paper.announced", msgspec.json.encode(EVENT), redrives="2"))
    one = found.letter
    assert (one.seq, one.at, one.subject) == (9, "2026-07-14T08:00:00.123456789Z", EVENT.subject)
    assert (one.service, one.kind, one.reason, one.error) == (
        "fetcher",
        "Terminal",
        "not_found",
        "gone",
    )
    assert (one.attempts, one.software, one.stream, one.message) == (3, VERSION, "PAPERS", 7)
    assert (one.paper, one.version, one.epoch, one.title) == ("arxiv:1", 2, 3, "T")
    assert (one.feeds, one.trace, one.redrives) == (("f",), "ab", 2)
    assert one.replayable
    assert found.event == EVENT
    assert b'"class":"Terminal"' in msgspec.json.encode(one)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("paper.announced", b""),
        ("paper.announced", b"\xff"),
        ("paper.announced", b"[[["),
        ("paper.announced", b'{"paper": ""}'),
        ("fetch.requested", b"[]"),
        ("summary.ready", b"{}"),
        ("schedule.x", b"{}"),
    ],
)
def test_what_cannot_be_read_is_shown_and_not_replayed(subject: str, body: bytes) -> None:
    found = opened(kept(subject, body))
    assert found.event is None
    assert not found.letter.replayable
    assert found.letter.subject == subject


@pytest.mark.parametrize("headers", [{}, {"Paperbus-Attempts": "many", "Paperbus-Seq": "²"}])
def test_foreign_headers_do_no_harm(headers: dict[str, str]) -> None:
    one = opened(Stored(9, "dead.paper.announced", "", b"{}", headers)).letter
    assert (one.attempts, one.message, one.service, one.replayable) == (0, 0, "", False)


def test_the_lineage_travels_from_letter_to_letter() -> None:
    replay = {HEADERS["letter"]: "9", HEADERS["redrives"]: "1", HEADERS["redriven"]: "now"}
    again = kept("retry.fetcher.paper.announced", b"{}", **lineage_of(replay))
    assert opened(again).letter.letter == 9
    assert {name: again.headers[name] for name in replay} == replay
    assert lineage_of({"Paperbus-Reason": "x"}) == {}
