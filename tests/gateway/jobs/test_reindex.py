"""Which papers the indexer is asked for, and which it cannot be asked for."""

from typing import Any

import msgspec
import pytest

from common.errors import Terminal
from common.ledger import Row
from fakes_gateway import World
from fakes_office import Meta
from gateway.jobs.reindex import request_for


def rows_of(world: World, meta: Meta, **more: Any) -> dict[str, Row]:
    world.add(meta(), "arxiv:2401.00001")
    rows = world.ledger.rows["arxiv:2401.00001"]
    rows["indexer"] = msgspec.structs.replace(rows["indexer"], **more)
    return rows


@pytest.mark.parametrize("state", ["done", "dead", "cancelled"])
def test_a_request_is_known_by_its_cause(world: World, meta: Meta, state: str) -> None:
    rows = rows_of(world, meta, state=state)
    asked = request_for("j-1", rows)
    assert asked is not None
    assert (asked.job, asked.epoch, asked.meta) == ("j-1", rows["indexer"].epoch + 1, meta())
    again = {**rows, "indexer": msgspec.structs.replace(rows["indexer"], cause=asked.event_id)}
    assert request_for("j-1", again) is None
    other = request_for("j-2", again)
    assert other is not None
    assert other.event_id != asked.event_id


@pytest.mark.parametrize("more", [{"state": "waiting"}, {"version": 2}, {"version": 0}])
def test_what_is_on_its_way_is_left_alone(world: World, meta: Meta, more: Any) -> None:
    assert request_for("j-1", rows_of(world, meta, **more)) is None


@pytest.mark.parametrize("state", ["announced", "dead", "cancelled"])
def test_what_was_not_fetched_cannot_be_indexed(world: World, meta: Meta, state: str) -> None:
    rows = rows_of(world, meta)
    rows["fetcher"] = msgspec.structs.replace(rows["fetcher"], state=state)
    with pytest.raises(Terminal):
        request_for("j-1", rows)
