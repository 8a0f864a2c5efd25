"""What `paperbus status` says of a durable that stands still, and of the last reconcile."""

import msgspec
import pytest

from cli.status import Lag, Status, _paused, _print
from common.pauses import Pause
from common.reconciles import Record

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


@pytest.mark.parametrize(
    ("reconcile", "words"),
    [
        (None, "has not run yet"),
        (Record(id="1", state="ok", ended="2026-11-22T03:30:07Z"), "03:30:07Z: nothing was wrong"),
        (
            Record(id="1", state="failed", ended="2026-11-22T03:30:07Z", note="[boom]"),
            "failed; [boom]",
        ),
    ],
)
def test_the_last_reconcile_is_shown(
    reconcile: Record | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = Status(
        services={"indexer": "ok"}, papers={"dead": 0}, lags=[], differences=0, reconcile=reconcile
    )
    _print(status)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "reconcile" in line]
    assert words in line
    assert msgspec.to_builtins(status)["reconcile"] == msgspec.to_builtins(reconcile)
