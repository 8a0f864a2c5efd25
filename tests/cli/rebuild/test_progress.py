"""What tells how far a rebuild is."""

import pytest

from cli.liveline import LiveLine
from cli.rebuild.progress import Progress


def test_papers_redone_before_count_but_not_for_the_rate(
    capsys: pytest.CaptureFixture[str],
) -> None:
    progress = Progress("index", 5, 3, LiveLine(is_terminal=False))
    progress.step()
    progress.step()
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith("index: 4 of 5 · ")
    assert last.startswith("index: 5 of 5 · ")
    assert "left" not in last
    assert progress.done == 5
    assert progress.per_s == pytest.approx(2 / progress.took_s, rel=0.5)
