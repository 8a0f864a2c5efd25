"""Colours of a panel: of its series, and of its values; pure."""

from collections.abc import Mapping, Sequence
from typing import Any

NAMED = {
    "green": "#73BF69",
    "yellow": "#FADE2A",
    "orange": "#FF9830",
    "red": "#F2495C",
    "blue": "#5794F2",
    "text": "#ccccdc",
}
PALETTE = (
    "#73BF69", "#F2CC0C", "#8AB8FF", "#FF780A", "#F2495C", "#5794F2", "#B877D9", "#56C7C1",
    "#37872D", "#FADE2A", "#447EBC", "#C15C17", "#890F02", "#0A437C", "#705DA0", "#FFA6B0",
)  # fmt: skip


def colour(name: str) -> str:
    """As a page writes it."""
    return NAMED.get(name, name)


def of_value(value: float, thresholds: Mapping[str, Any]) -> str:
    """The colour of the highest step that the value has reached."""
    found = "text"
    for step in thresholds["steps"]:
        if step["value"] is None or value >= step["value"]:
            found = step["color"]
    return colour(found)


def of_series(names: Sequence[str], overrides: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The fixed ones first; the others take their turn."""
    fixed = {
        override["matcher"]["options"]: colour(each["value"]["fixedColor"])
        for override in overrides
        for each in override["properties"]
        if each["id"] == "color" and "fixedColor" in each["value"]
    }
    turn = iter(PALETTE * (1 + len(names)))
    return {name: fixed.get(name) or next(turn) for name in names}


def column_of(overrides: Sequence[Mapping[str, Any]], title: str) -> dict[str, Any]:
    """What the overrides say of a table's column."""
    return {
        each["id"]: each["value"]
        for override in overrides
        if override["matcher"]["options"] == title
        for each in override["properties"]
    }
