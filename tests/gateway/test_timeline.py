from collections.abc import Callable

from common.events import PaperMeta
from fakes_gateway import World
from gateway import timeline

KEY = "arxiv:2401.00001"
Meta = Callable[..., PaperMeta]


async def test_the_whole_way(world: World, meta: Meta) -> None:
    world.add(meta(), KEY)
    found = timeline.view(KEY, await world.ledger.timeline(KEY))
    assert [(s.name, s.state) for s in found.steps] == [
        ("announced", "done"),
        ("fetched", "done"),
        ("embedded", "done"),
        ("summarised", "done"),
        ("notified", "done"),
    ]
    assert found.state == "ready"
    assert found.trace_id == "ab" * 16
    assert found.steps[2].took_s == 1.25
    assert found.steps[2].waited_s == 1.75
    assert found.total_s == 9.25


async def test_states_on_the_way(world: World, meta: Meta) -> None:
    for upto, state in (
        ("announced", "announced"),
        ("fetched", "fetched"),
        ("embedded", "searchable"),
        ("summarised", "searchable"),
        ("notified", "ready"),
    ):
        world.add(meta(), f"{KEY}{upto}", upto=upto)
        entries = await world.ledger.timeline(f"{KEY}{upto}")
        assert timeline.view(KEY, entries).state == state


async def test_a_dead_end_has_its_reason_and_what_follows_is_cancelled(
    world: World, meta: Meta
) -> None:
    world.add(meta(), KEY, upto="embedded")
    world.row(KEY, "summarizer", 8, None, state="dead", reason="refused", error="no", attempts=3)
    found = timeline.view(KEY, await world.ledger.timeline(KEY))
    assert found.state == "dead"
    assert found.steps[3].reason == "refused"
    assert found.steps[3].attempts == 3
    assert found.steps[4].state == "cancelled"


async def test_an_older_version_does_not_count_as_done(world: World, meta: Meta) -> None:
    world.add(meta(), KEY)
    world.row(KEY, "fetcher", 20, None, version=2, state="announced")
    found = timeline.view(KEY, await world.ledger.timeline(KEY))
    assert found.version == 2
    assert [s.state for s in found.steps[1:]] == ["waiting"] * 4
    assert found.state == "announced"


async def test_the_newest_metadata_wins(world: World, meta: Meta) -> None:
    world.add(meta("old"), KEY)
    world.add(meta("new"), KEY, upto="announced", version=2)
    rows = timeline.rows_of(await world.ledger.timeline(KEY))
    told = timeline.newest_meta(rows)
    assert told is not None
    assert (told[0], told[1].title) == (2, "new")
