"""Orders of papers as text."""

import base64
import contextlib
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.errors import UsageError
from common.ranking.fusing import Ranked
from gateway import cursors, frozen

RANKED = st.builds(Ranked, st.uuids().map(str), st.floats(0, 1))


@given(st.lists(RANKED, max_size=100))
def test_an_order_comes_back_in_its_order(order: list[Ranked]) -> None:
    text = frozen.pack(order)
    again = frozen.unpack(text)
    assert [found.point for found in again] == [found.point for found in order]
    for before, after in zip(order, again, strict=True):
        assert before.score - 2e-5 < after.score <= before.score + 1e-9
    assert frozen.pack(again) == text, "further pages lose nothing more"
    assert len(cursors.encode("q" * 12, text)) <= cursors.MAX_CHARS


@pytest.mark.parametrize(("score", "kept"), [(-0.5, 0.0), (1.5, 1.0), (0.0, 0.0), (1.0, 1.0)])
def test_scores_stay_in_bounds(score: float, kept: float) -> None:
    (found,) = frozen.unpack(frozen.pack([Ranked(str(UUID(int=7)), score)]))
    assert found == Ranked(str(UUID(int=7)), kept)


@given(st.text() | st.text("ABCabc012-_=+/", max_size=60))
@example("2026-07-14 arxiv:2401.00001")
@example("A")
@example("A" * 25)
@example("é" * 24)
def test_foreign_text_is_one_mistake_or_an_order(text: str) -> None:
    with contextlib.suppress(UsageError):  # and nothing else
        found = frozen.unpack(text)
        assert all(str(UUID(one.point)) == one.point and 0 <= one.score <= 1 for one in found)


@given(st.binary(max_size=80).filter(lambda body: len(body) % 18 != 0))
def test_half_an_entry_is_foreign(body: bytes) -> None:
    with pytest.raises(UsageError, match="cursor: is not one of ours"):
        frozen.unpack(base64.urlsafe_b64encode(body).decode().rstrip("="))


def test_nothing_is_nothing() -> None:
    assert (frozen.pack([]), frozen.unpack("")) == ("", [])
