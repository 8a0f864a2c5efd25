"""Row 33: everything at once, for a minute; `make chaos` does it for ten."""

import os
from pathlib import Path

import pytest

from chaos import everything

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]
MINUTES = float(os.environ.get("CHAOS_MINUTES", "1"))


def test_green_after_everything(tmp_path: Path, seed: int) -> None:
    wrong = everything.run(tmp_path, seed=seed, minutes=MINUTES, papers=80)
    assert not wrong, f"seed {seed}: {wrong}"
