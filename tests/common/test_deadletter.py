"""Dead letters: body untouched, reasons in headers."""

from typing import Any

import pytest

from common import topology
from common.deadletter import MAX_ERROR_CHARS, letter
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
