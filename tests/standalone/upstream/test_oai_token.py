"""Resumption tokens: there and back, and what is none."""

import base64
from datetime import date

import pytest

from standalone.upstream.oai_request import OaiError
from standalone.upstream.oai_token import Token, unpack

DAY = date(2026, 6, 17)
TOKEN = Token("ListRecords", "arXiv", "cs", None, DAY, (DAY, "2606.00001"), 100, 356, 1000.0)


def test_there_and_back() -> None:
    packed = TOKEN.pack()
    assert packed.replace("-", "").replace("_", "").isalnum()
    assert unpack(packed, "ListRecords", 999.9) == TOKEN
    assert TOKEN.expires_at == "1970-01-01T00:16:40Z"


@pytest.mark.parametrize(
    ("text", "verb", "now", "words"),
    [
        (TOKEN.pack(), "ListRecords", 1000.0, "expired"),
        (TOKEN.pack(), "ListIdentifiers", 0.0, "ListIdentifiers"),
        (TOKEN.pack()[:-3], "ListRecords", 0.0, "malformed"),
        ("", "ListRecords", 0.0, "malformed"),
        ("ü", "ListRecords", 0.0, "malformed"),
        ("!!!", "ListRecords", 0.0, "malformed"),
        (base64.urlsafe_b64encode(b"[1]").decode(), "ListRecords", 0.0, "malformed"),
    ],
)
def test_errors(text: str, verb: str, now: float, words: str) -> None:
    with pytest.raises(OaiError, match=words) as caught:
        unpack(text, verb, now)
    assert caught.value.code == "badResumptionToken"
