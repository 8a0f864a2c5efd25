"""Emergency mode: when it begins and ends, who wins, and that nothing of others is touched."""

import math

import pytest

from cli.storage.emergency import (
    BY_HAND,
    BY_ITSELF,
    HELD,
    MARK,
    Step,
    begin,
    decide,
    end,
    state,
    watch,
)
from cli.storage.settings import StorageSettings, checked
from common.controls.flags import flag_named
from common.controls.record import FLAG, Control, Kept, Place, in_force
from common.errors import UsageError

OWN = StorageSettings()
AT = "2026-11-22T12:00:00.000000Z"
BY_DISK = Control(value="on", at=AT, why=f"{BY_ITSELF}volume data is 96% full")
ON = Control(value="on", at=AT, why=BY_HAND)
OFF = Control(value="off", at=AT, why=f"{BY_HAND}: I clean")
PERSONS = Place(FLAG, "fetcher", "fetching")


class InMemory:
    """The controls, kept in memory."""

    def __init__(self) -> None:
        self.kept: dict[Place, Control] = {}

    async def put(self, place: Place, control: Control, /) -> None:
        self.kept[place] = control

    async def clear(self, place: Place, /) -> bool:
        return self.kept.pop(place, None) is not None

    async def all(self, kind: str, now: str, /) -> list[Kept]:
        assert (kind, bool(now)) == (FLAG, True)
        return [Kept(place, control) for place, control in self.kept.items()]


@pytest.mark.parametrize(
    ("used", "mark", "step"),
    [
        (math.nan, None, "stay"),
        (math.nan, BY_DISK, "stay"),
        (0.94, None, "stay"),
        (0.95, None, "on"),
        (0.99, BY_DISK, "stay"),
        (0.99, OFF, "stay"),  # a person said no, and is obeyed as long as the disk is full
        (0.92, BY_DISK, "stay"),  # between the two it stays as it is
        (0.92, OFF, "stay"),
        (0.89, BY_DISK, "clear"),
        (0.89, OFF, "clear"),  # the next time it goes on by itself again
        (0.89, ON, "stay"),  # a person said yes
        (0.89, None, "stay"),
    ],
)
def test_when_it_begins_and_ends(used: float, mark: Control | None, step: Step) -> None:
    assert decide(used, mark, OWN) == step


async def test_it_holds_the_switches_and_gives_them_back() -> None:
    controls = InMemory()
    step, is_on = await watch(controls, "data", 0.96, now=AT, own=OWN)
    assert (step, is_on) == ("on", True)
    for name in HELD:
        service = flag_named(name).service
        found = await controls.all(FLAG, AT)
        assert in_force(found, service, AT).flags[name] is False
    shown = await state(controls, AT)
    assert shown.on
    assert (set(shown.held), "96% full" in shown.why) == (set(HELD), True)
    assert await watch(controls, "data", 0.97, now=AT, own=OWN) == ("stay", True)
    assert await watch(controls, "data", 0.5, now=AT, own=OWN) == ("clear", False)
    assert not controls.kept
    assert not (await state(controls, AT)).on


async def test_what_a_person_switched_off_stays_off() -> None:
    controls = InMemory()
    own = Control(value="off", at=AT, why="arXiv asked us to")
    await controls.put(PERSONS, own)
    await begin(controls, ON)
    assert controls.kept[PERSONS] == own
    assert set((await state(controls, AT)).held) == {"downloading", "accepting"}
    await end(controls, AT)
    assert controls.kept == {PERSONS: own}


async def test_off_by_hand_holds_against_the_worker_until_there_is_room() -> None:
    controls = InMemory()
    await begin(controls, BY_DISK)
    await end(controls, AT, mark=OFF)
    assert controls.kept == {MARK: OFF}
    assert await watch(controls, "data", 0.97, now=AT, own=OWN) == ("stay", False)
    assert await watch(controls, "data", 0.5, now=AT, own=OWN) == ("clear", False)
    assert await watch(controls, "data", 0.97, now=AT, own=OWN) == ("on", True)


async def test_begun_twice_after_a_crash_it_is_the_same() -> None:
    controls = InMemory()
    await controls.put(PERSONS, Control(value="off", at=AT, why=BY_DISK.why))  # and no mark yet
    await watch(controls, "data", 0.96, now=AT, own=OWN)
    assert len(controls.kept) == len(HELD) + 1
    await end(controls, AT)
    assert not controls.kept


def test_thresholds_must_fit_each_other() -> None:
    assert checked(OWN) is OWN
    with pytest.raises(UsageError, match="STORAGE_EMERGENCY_CLEAR_RATIO"):
        checked(StorageSettings(storage_emergency_at_ratio=0.8))
