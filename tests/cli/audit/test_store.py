"""What the bodies of objects show."""

import pytest

from cli.audit.store import looked_at


@pytest.mark.parametrize(
    ("key", "body", "words"),
    [
        ("pdf/aa/x", None, "not in the store"),
        ("summary/x.json", b"{", "cannot be read"),
        ("text/aa/x", b"[]", "cannot be read"),
        ("pdf/aa/x", b"%PDF", ""),
    ],
)
def test_what_a_body_shows(key: str, body: bytes | None, words: str) -> None:
    assert words in looked_at(key, body, None).problem
