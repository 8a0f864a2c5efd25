"""Switches as they are shown."""

from cli.controls.flags import shown
from common.controls.flags import FLAGS
from common.controls.record import Control, Kept, Place

AT, UNTIL = "2026-07-14T09:00:00.000000Z", "2026-07-14T11:00:00.000000Z"


def of(service: str, name: str, value: str) -> Kept:
    return Kept(Place("flag", service, name), Control(value=value, at=AT, until=UNTIL, why="busy"))


def test_every_switch_is_shown_with_what_was_set() -> None:
    lines = {one.name: one for one in shown([of("fetcher", "fetching", "off")], AT)}
    assert list(lines) == [flag.name for flag in FLAGS]
    fetching = lines.pop("fetching")
    assert (fetching.is_on, fetching.since, fetching.until, fetching.why) == (
        False,
        AT,
        UNTIL,
        "busy",
    )
    assert all(one.is_on and not one.since for one in lines.values())


def test_what_is_set_for_its_own_service_wins() -> None:
    found = [
        of("gateway", "search", "on"),
        of("all", "search", "off"),
        of("fetcher", "search", "off"),
    ]
    (search,) = [one for one in shown(found, AT) if one.name == "search"]
    assert search.is_on
