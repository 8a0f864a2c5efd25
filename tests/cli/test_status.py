"""What `paperbus status` says of a durable that stands still."""

import pytest

from cli.status import Lag, _paused
from common.pauses import Pause

SINCE, UNTIL = "2026-11-21T08:00:00Z", "2026-11-22T00:00:00Z"


@pytest.mark.parametrize(
    ("pause", "words"),
    [
        (
            Pause(dependency="llm", since=SINCE, until=UNTIL),
            f"; paused: waits for llm since {SINCE}, until {UNTIL}",
        ),
        (
            Pause(state="waiting_budget", dependency="budget of the day", since=SINCE, until=UNTIL),
            f"; paused: no more budget of the day since {SINCE}, until {UNTIL}",
        ),
        (Pause(dependency="a person", until=UNTIL), f"; paused: waits for a person, until {UNTIL}"),
    ],
)
def test_a_pause_in_words(pause: Pause, words: str) -> None:
    assert _paused(pause) == words
    assert Lag("d", 0, 0, 0).paused is None
