"""Readiness that waits before it gives up, and comes back at once."""

import pytest

from common.steady import Steady

FINE, BAD = True, False


@pytest.mark.parametrize(
    ("looks", "ready"),
    [
        ([(0, BAD)], False),
        ([(0, FINE)], True),
        ([(0, FINE), (5, BAD)], True),
        ([(0, FINE), (5, BAD), (10, BAD)], True),
        ([(0, FINE), (5, BAD), (10, BAD), (15, BAD)], False),
        # so many at once come from several probes and say no more than one
        ([(0, FINE), (5, BAD), (5.1, BAD), (5.2, BAD), (5.3, BAD)], True),
        # a long silence between two looks is no proof either
        ([(0, FINE), (5, BAD), (60, BAD)], True),
        ([(0, FINE), (5, BAD), (10, BAD), (14, FINE), (20, BAD), (25, BAD)], True),
        ([(0, FINE), (5, BAD), (10, BAD), (15, BAD), (16, FINE)], True),
        ([(0, FINE), (5, BAD), (10, BAD), (15, BAD), (16, FINE), (17, BAD)], True),
    ],
)
def test_looks(looks: list[tuple[float, bool]], ready: bool) -> None:
    times = [at for at, _ in looks]
    steady = Steady(looks=3, span_s=10, clock=lambda: times.pop(0))
    told = [steady.look(fine=fine) for _, fine in looks]
    assert (told[-1], steady.ready) == (ready, ready)


def test_a_reset_forgets_what_was_seen() -> None:
    steady = Steady(looks=2, span_s=0)
    steady.reset(ready=True)
    assert steady.look(fine=False)
    steady.reset(ready=True)
    assert steady.look(fine=False)
    assert not steady.look(fine=False)
