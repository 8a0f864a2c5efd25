import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import UsageError
from gateway import cursors


@given(st.text(min_size=1, max_size=200))
def test_what_is_encoded_comes_back(at: str) -> None:
    asked = cursors.question("a", 1)
    assert cursors.decode(cursors.encode(asked, at), asked) == at


@given(st.text(max_size=300))
def test_anything_else_is_refused_politely(text: str) -> None:
    asked = cursors.question("a")
    with contextlib.suppress(UsageError):
        cursors.decode(text, asked)


def test_a_cursor_belongs_to_its_question() -> None:
    cursor = cursors.encode(cursors.question("cs.LG"), "20")
    with pytest.raises(UsageError, match="another query"):
        cursors.decode(cursor, cursors.question("cs.AI"))


def test_nothing_more_is_no_cursor() -> None:
    assert cursors.encode("q", "") == ""
    assert cursors.decode(None, "q") == ""
