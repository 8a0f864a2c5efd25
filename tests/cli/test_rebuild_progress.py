"""The line that tells how far a rebuild is."""

import pytest

from cli.rebuild_progress import Progress


@pytest.mark.parametrize(
    ("is_terminal", "start", "end"), [(True, "\r", "\n"), (False, "index: 4 of 5", "\n")]
)
def test_the_last_step_is_always_told(
    capsys: pytest.CaptureFixture[str], is_terminal: bool, start: str, end: str
) -> None:
    progress = Progress("index", 5, 3, is_terminal=is_terminal)
    progress.step()
    progress.step()
    said = capsys.readouterr().err
    assert said.startswith(start)
    assert said.endswith(end)
    assert "index: 5 of 5" in said
    assert progress.done == 5
    assert progress.per_s == pytest.approx(2 / progress.took_s, rel=0.5)
