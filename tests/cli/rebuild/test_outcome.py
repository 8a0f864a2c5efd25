"""What is said of a rebuild."""

import pytest

from cli.rebuild.outcome import Outcome

WORDS = [
    (Outcome(projection="index", total=9, before=2, dry_run=True), "7 of 9 papers would be", True),
    (Outcome(projection="index", total=9, done=9), "9 of 9 papers redone; 0.0 s", True),
    (Outcome(projection="index", total=9, before=4, done=5), "redone, 4 of them before;", True),
    (Outcome(projection="index", total=9, done=8, dead=1), "1 dead, see", False),
    (Outcome(projection="index", total=9, done=8, waiting=1), "1 wait for a lost object", True),
    (Outcome(projection="summaries", total=2, lost=("p",), lost_usd=0.5), "$0.5000", False),
]


@pytest.mark.parametrize(("outcome", "words", "fine"), WORDS)
def test_what_is_said(outcome: Outcome, words: str, fine: bool) -> None:
    assert words in outcome.words()
    assert outcome.is_fine is fine
