"""When a dead letter is tried again without being asked."""

from typing import Any

import pytest

from common.letters.letter import Letter
from common.letters.redrive import MOST, is_due, may_probe

NOW = "2026-07-14T12:00:00.000000Z"


def died(**changes: Any) -> Letter:
    given: dict[str, Any] = {
        "seq": 9,
        "at": "2026-07-14T11:00:00.123456789Z",
        "subject": "paper.embedded",
        "service": "summarizer",
        "reason": "gave_up",
        "replayable": True,
        **changes,
    }
    return Letter(**given)


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({}, True),
        ({"reason": "refused"}, False),
        ({"reason": "bug"}, False),
        ({"replayable": False}, False),
        ({"cut_from_bytes": 1_048_000}, False),
        ({"at": "2026-07-14T11:59:30.123456789Z"}, False),
        ({"at": "2026-07-14T11:58:59.999999999Z"}, True),
        ({"redrives": 1, "redriven": "2026-07-14T11:00:01.000000Z"}, False),
        ({"redrives": 1, "redriven": "2026-07-14T10:59:59.000000Z"}, True),
        ({"redrives": MOST - 1, "redriven": "2026-07-14T08:00:00.000000Z"}, True),
        ({"redrives": MOST, "redriven": "2026-07-14T08:00:00.000000Z"}, False),
        ({"redrives": 1, "redriven": "what"}, True),
    ],
)
def test_who_is_due(changes: dict[str, Any], due: bool) -> None:
    assert is_due(died(**changes), NOW, 60.0) is due


@pytest.mark.parametrize(
    ("redriven", "probed", "may"),
    [
        ([], "", True),
        (["", ""], "", True),
        (["", "2026-07-14T11:30:00.000000Z"], "", False),
        (["2026-07-14T10:30:00.000000Z"], "", True),
        ([""], "2026-07-14T11:30:00.000000Z", False),
        (["2026-07-14T10:30:00.000000Z"], "2026-07-14T10:59:00.000000Z", True),
    ],
)
def test_one_is_tried_an_hour(redriven: list[str], probed: str, may: bool) -> None:
    assert may_probe([died(redriven=at) for at in redriven], probed, NOW) is may
