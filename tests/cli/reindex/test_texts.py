"""Re-embedding in words."""

import pytest

from cli.reindex.fill import Tally
from cli.reindex.texts import clock, line


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (59.6, "1:00"), (61, "1:01"), (3725, "1:02:05")]
)
def test_a_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_progress_tells_rate_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    tally = Tally(total=1000, began=0.0)
    monkeypatch.setattr("cli.reindex.fill.time.monotonic", lambda: 10.0)
    assert line(tally) == "0 of 1,000 papers, 0 texts, 0.0 papers/s"
    tally.done, tally.texts = 250, 4000
    assert line(tally) == "250 of 1,000 papers, 4,000 texts, 25.0 papers/s, 0:30 left"
