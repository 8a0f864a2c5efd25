"""Answers are kept up to a number, a size, a time and a change."""

import pytest

from gateway.kept import ENTRY_BYTES, Answer, Kept, Limits


def answer(body: bytes = b"{}") -> Answer:
    return Answer(body, ((b"etag", b'"1"'),), b'"1"', "/api/v1/search")


def kept(answers: int = 10, size_bytes: int = 1 << 20, seconds: float = 60.0) -> Kept:
    return Kept(Limits(answers, size_bytes, seconds))


@pytest.mark.parametrize(
    ("question", "state", "now", "found"),
    [
        ("q", 1, 59.9, True),
        ("q", 1, 60.0, False),
        ("q", 2, 0.0, False),
        ("other", 1, 0.0, False),
    ],
)
def test_an_answer_holds_for_its_question_state_and_time(
    question: str, state: int, now: float, *, found: bool
) -> None:
    memory = kept()
    memory.put("q", answer(), 1, 0.0)
    assert (memory.get(question, state, now) is not None) is found


def test_what_no_longer_holds_is_dropped() -> None:
    memory = kept()
    memory.put("q", answer(b"x" * 500), 1, 0.0)
    assert memory.get("q", 2, 0.0) is None
    assert (len(memory), memory.size_bytes) == (0, 0)


def test_the_ones_used_last_stay() -> None:
    memory = kept(answers=2)
    for question in ("a", "b"):
        memory.put(question, answer(), 1, 0.0)
    assert memory.get("a", 1, 1.0)
    memory.put("c", answer(), 1, 1.0)
    assert [memory.get(one, 1, 2.0) is not None for one in "abc"] == [True, False, True]


def test_the_size_is_bounded_and_right_whatever_is_put() -> None:
    memory = kept(size_bytes=3 * (ENTRY_BYTES + 100))
    for n in range(20):
        memory.put(n % 7, answer(b"x" * (50 + 10 * n % 90)), 1, 0.0)
        there = [memory.get(one, 1, 0.0) for one in range(7)]
        assert memory.size_bytes == sum(len(one.body) + ENTRY_BYTES for one in there if one)
        assert 0 < memory.size_bytes <= 3 * (ENTRY_BYTES + 100)
    memory.put("huge", answer(b"x" * 5000), 1, 0.0)
    assert memory.get("huge", 1, 0.0) is None
    assert len(memory) > 0
