"""Every test here may ask for a canary."""

from collections.abc import Iterator

import pytest

from canary import Canary


@pytest.fixture
def canary() -> Iterator[Canary]:
    made = Canary()
    yield made
    made.stop()
    assert made.heard == []
