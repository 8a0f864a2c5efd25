"""Lines no wider than allowed, and no word lost."""

import pytest

from standalone.upstream.fonts import PLAIN, WIDE
from standalone.upstream.layout import break_lines


@pytest.mark.parametrize("limit", [40.0, 120.0, 500.0])
@pytest.mark.parametrize(
    "text", ["", "   ", "one", "many words " * 50, "x" * 300, "α β γ mixed ∑ words " * 9]
)
def test_lines_fit_and_keep_everything(text: str, limit: float) -> None:
    lines = break_lines(text, PLAIN, size=10.0, limit=limit)
    assert all(line.width <= limit + 1e-6 for line in lines)
    kept = "".join(run.text for line in lines for run in line.runs)
    assert kept.replace(" ", "") == "".join(text.split())


def test_runs_change_face_only_where_needed() -> None:
    (line,) = break_lines("a b α β c", PLAIN, size=10.0, limit=500.0)
    assert [(run.face, run.text) for run in line.runs] == [
        (PLAIN, "a b"),
        (WIDE, " α β"),
        (PLAIN, " c"),
    ]
