"""A whole dashboard as one static page; pure but for what it asks."""

from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from render.panels.asking import Prometheus
from render.panels.faces import inside

WIDE, MARGIN, GAP, UNIT, HEAD = 1600, 14, 8, 30, 56
COLUMN = (WIDE - 2 * MARGIN + GAP) / 24
STYLE = (Path(__file__).parent.parent / "text" / "panels.css").read_text()


def page(dashboard: dict[str, Any], asked: Prometheus) -> str:
    """HTML with nothing to fetch and nothing that runs."""
    parts, bottom = [], 0
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        bottom = max(bottom, place["y"] + place["h"])
        parts.append(_heading(panel) if panel["type"] == "row" else _framed(panel, asked))
    begin, end = (_clock(at) for at in (asked.span.start, asked.span.end))
    tall = HEAD + bottom * (UNIT + GAP) + MARGIN
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(dashboard["title"])}'
        f'</title><style>{STYLE}</style><body style="height:{tall}px">'
        f"<header><b>{escape(dashboard['title'])}</b><small>{escape(dashboard['description'])}"
        f"</small><em>{begin} to {end} UTC</em></header>{''.join(parts)}</body></html>"
    )


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")


def _box(place: dict[str, int]) -> tuple[float, float, int, int]:
    return (
        MARGIN + place["x"] * COLUMN,
        HEAD + place["y"] * (UNIT + GAP),
        int(place["w"] * COLUMN - GAP),
        place["h"] * (UNIT + GAP) - GAP,
    )


def _heading(panel: dict[str, Any]) -> str:
    left, top, _, _ = _box(panel["gridPos"])
    closed = ' class="closed"' if panel["collapsed"] else ""
    at = f"left:{left + 4:.0f}px;top:{top + 5:.0f}px"
    return f'<h2{closed} style="{at}">{escape(panel["title"])}</h2>'


def _framed(panel: dict[str, Any], asked: Prometheus) -> str:
    left, top, wide, tall = _box(panel["gridPos"])
    room = (wide - 2, tall - (2 if panel["type"] == "stat" else 34))
    return (
        f'<section style="left:{left:.0f}px;top:{top:.0f}px;width:{wide}px;height:{tall}px">'
        f"<h3>{escape(panel['title'])}</h3>{inside(panel, asked, room)}</section>"
    )
