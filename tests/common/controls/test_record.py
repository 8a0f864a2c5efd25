"""What is kept of a control, and which of them hold for whom."""

import pytest

from common.controls.record import (
    Control,
    InForce,
    Kept,
    Place,
    checked,
    encoded,
    holds,
    in_force,
    kept,
)
from common.errors import UsageError

NOW = "2026-07-14T09:00:00.000000Z"
LATER = "2026-07-14T10:00:00.000000Z"
BEFORE = "2026-07-14T08:00:00.000000Z"


def of(kind: str, service: str, name: str, value: str, until: str = "") -> Kept:
    return Kept(Place(kind, service, name), Control(value=value, until=until))


@pytest.mark.parametrize(
    "place", [Place("log", "all", "fetcher.arxiv"), Place("flag", "gateway", "search")]
)
def test_a_control_comes_back_as_it_was_kept(place: Place) -> None:
    control = Control(value="debug" if place.kind == "log" else "off", at=NOW, until=LATER, why="x")
    assert kept(place.key, encoded(control)) == Kept(place, control)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("log.all", b'{"value":"debug"}'),
        ("log.all.root.more", b'{"value":"debug"}'),
        ("log.all.root", b'{"value":"loud"}'),
        ("flag.all.search", b'{"value":"debug"}'),
        ("other.all.search", b'{"value":"on"}'),
        ("log.all.root", b"not json"),
        ("log.all.=FF", b'{"value":"debug"}'),
        ("log.all.root", b'{"value":3}'),
    ],
)
def test_what_is_no_control_is_left_out(key: str, value: bytes) -> None:
    assert kept(key, value) is None


def test_what_is_set_for_one_service_wins_and_what_is_over_does_not_count() -> None:
    found = [
        of("log", "fetcher", "root", "debug"),
        of("log", "all", "root", "error"),
        of("log", "all", "nats", "debug", BEFORE),
        of("flag", "all", "search", "off", LATER),
        of("flag", "gateway", "similar", "off"),
    ]
    assert in_force(found, "fetcher", NOW) == InForce(
        levels={"root": "debug"}, flags={"search": False}, until=LATER
    )
    assert in_force(found, "gateway", NOW).levels == {"root": "error"}
    assert in_force(found, "gateway", NOW).flags == {"search": False, "similar": False}
    assert in_force(found, "gateway", LATER).flags == {"similar": False}


@pytest.mark.parametrize(("until", "is_held"), [("", True), (LATER, True), (NOW, False)])
def test_a_control_ends_at_its_time(until: str, is_held: bool) -> None:
    assert holds(Control(value="on", until=until), NOW) is is_held


@pytest.mark.parametrize(("kind", "value"), [("log", "loud"), ("flag", "perhaps")])
def test_a_value_that_is_none_is_refused(kind: str, value: str) -> None:
    with pytest.raises(UsageError, match=value):
        checked(Place(kind, "all", "x"), value)
