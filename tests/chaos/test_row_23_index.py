"""Row 23: the index is away, is restarted, loses points."""

import pytest

from chaos.conftest import Start
from chaos.kit import mending
from chaos.kit.load import Load
from chaos.kit.verdict import assert_green
from servers import poll_until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


def test_away_and_restarted(start: Start) -> None:
    system = start(40, proxied=("vectors",))
    search = f"{system.page}/api/v1/search?q=model"
    with Load(system, 25) as load:
        poll_until(lambda: len(load.accepted) > 8, "no load", seconds=120)
        system.spoil("vectors", refuse=True)
        poll_until(lambda: system.status(search, 20) != 200, "search without an index", seconds=30)
        refused = system.status(search, 20)
        system.spoil("vectors", refuse=False)
        system.down("vectors")
        system.up("vectors")
    poll_until(lambda: system.status(search, 20) == 200, "search does not come back", seconds=120)
    verdict = assert_green(system, load.accepted)
    print(f"search said {refused}; {mending.indexed(system)} indexed")
    assert refused == 503
    assert mending.indexed(system) >= verdict.audit["ready"]


def test_lost_points_are_put_back(start: Start) -> None:
    system = start(40)
    system.load()
    system.settle()
    before = mending.indexed(system)
    lost = mending.lose_points(system, 0.1)
    assert mending.indexed(system) == before - lost
    mending.reconcile(system)
    poll_until(lambda: mending.indexed(system) == before, "not put back", seconds=180)
    assert_green(system)
    print(f"{lost} of {before} papers were put back")
