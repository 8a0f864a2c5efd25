"""A course of time as SVG: lines, stacked areas, bars; pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any, NamedTuple

from render.panels import paint
from render.panels.asking import Series, Span
from render.panels.units import ticks, written

LEFT, RIGHT, TOP, BOTTOM = 62, 12, 8, 22
Points = list[tuple[float, float]]


class Frame(NamedTuple):
    """Where on the picture a time and a value lie."""

    span: Span
    low: float
    high: float
    width: float
    height: float

    def x(self, at: float) -> float:
        """Of a time."""
        share = (at - self.span.start) / (self.span.end - self.span.start)
        return LEFT + share * (self.width - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """Of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.height - BOTTOM - share * (self.height - TOP - BOTTOM)


def chart(panel: dict[str, Any], every: Sequence[Series], span: Span, size: tuple[int, int]) -> str:
    """The picture above the legend."""
    defaults = panel["fieldConfig"]["defaults"]
    custom = defaults["custom"]
    stacked = custom["stacking"]["mode"] == "normal"
    shapes = _stacked(every) if stacked else [(one.points, None) for one in every]
    values = [value for points, _ in shapes for _, value in points]
    if "min" in defaults:
        values.append(defaults["min"])
    low, high = min(values, default=0.0), max(values, default=1.0)
    if high <= low:  # a flat line: as high as the first limit, so that it is seen beside it
        limits = (step["value"] for step in defaults["thresholds"]["steps"])
        high = low + (next(filter(None, limits), None) or 1)
    marks = ticks(low, high, defaults["unit"])
    frame = Frame(span, marks[0], marks[-1], *size)
    colours = paint.of_series([one.name for one in every], panel["fieldConfig"]["overrides"])
    parts = [*_grid(frame, marks, defaults["unit"]), *_thresholds(frame, defaults)]
    bars = custom["drawStyle"] == "bars"
    for one, (points, below) in reversed(list(zip(every, shapes, strict=True))):
        draw = _bars if bars else _line
        parts += draw(frame, points, below, colours[one.name], custom["fillOpacity"])
    return (
        f'<svg width="{size[0]}" height="{size[1]}" viewBox="0 0 {size[0]} {size[1]}">'
        f"{''.join(parts)}</svg>"
    )


def _stacked(every: Sequence[Series]) -> list[tuple[Points, Points]]:
    total: dict[float, float] = {}
    found = []
    for one in every:
        below = [(at, total.get(at, 0.0)) for at, _ in one.points]
        above = [(at, total.get(at, 0.0) + value) for at, value in one.points]
        total |= dict(above)
        found.append((above, below))
    return found


def _grid(frame: Frame, marks: Sequence[float], unit: str) -> Iterator[str]:
    for mark in marks:
        y = frame.y(mark)
        right = frame.width - RIGHT
        yield f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        text = escape(written(mark, unit))
        yield f'<text class="axis" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{text}</text>'
    length = frame.span.end - frame.span.start
    wanted = length / max(2, (frame.width - LEFT) / 75)
    step = next((s for s in (15, 30, 60, 120, 300, 600, 1800, 3600, 10800) if s >= wanted), 21600)
    at = (frame.span.start // step + 1) * step
    while at <= frame.span.end:
        pattern = "%H:%M:%S" if step < 60 else "%H:%M"
        x, text = frame.x(at), datetime.fromtimestamp(at, UTC).strftime(pattern)
        yield (
            f'<line class="grid faint" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}"'
            f' y2="{frame.height - BOTTOM}"/>'
            f'<text class="axis" x="{x:.1f}" y="{frame.height - 6}" text-anchor="middle">'
            f"{text}</text>"
        )
        at += step


def _thresholds(frame: Frame, defaults: dict[str, Any]) -> Iterator[str]:
    if defaults["custom"]["thresholdsStyle"]["mode"] == "off":
        return
    for step in defaults["thresholds"]["steps"]:
        if step["value"] is not None and frame.low < step["value"] <= frame.high:
            y = frame.y(step["value"])
            yield (
                f'<line class="limit" stroke="{paint.colour(step["color"])}" x1="{LEFT}"'
                f' x2="{frame.width - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            )


def _pieces(points: Points, step: float) -> list[Points]:
    """Where nothing was known for two minutes the line has a gap."""
    pieces: list[Points] = []
    for point in points:
        if pieces and point[0] - pieces[-1][-1][0] <= max(120.0, 1.5 * step):
            pieces[-1].append(point)
        else:
            pieces.append([point])
    return pieces


def _line(
    frame: Frame, points: Points, below: Points | None, tint: str, opacity: int
) -> Iterator[str]:
    floor = dict(below or ())
    for piece in _pieces(points, frame.span.step):
        path = " ".join(f"{frame.x(at):.1f},{frame.y(value):.1f}" for at, value in piece)
        back = " ".join(
            f"{frame.x(at):.1f},{frame.y(floor.get(at, max(0.0, frame.low))):.1f}"
            for at, _ in reversed(piece)
        )
        yield f'<polygon points="{path} {back}" fill="{tint}" opacity="{opacity / 100}"/>'
        yield f'<polyline points="{path}" fill="none" stroke="{tint}" stroke-width="1.8"/>'
        if len(piece) == 1:
            at, value = piece[0]
            x, y = frame.x(at), frame.y(value)
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{tint}"/>'


def _bars(
    frame: Frame, points: Points, below: Points | None, tint: str, opacity: int
) -> Iterator[str]:
    floor = dict(below or ())
    wide = max(1.0, (frame.x(frame.span.start + frame.span.step) - LEFT) * 0.8)
    for at, value in points:
        top, bottom = frame.y(value), frame.y(floor.get(at, 0.0))
        if bottom - top > 0.2:
            yield (
                f'<rect x="{frame.x(at) - wide / 2:.1f}" y="{top:.1f}" width="{wide:.1f}"'
                f' height="{bottom - top:.1f}" fill="{tint}" opacity="{opacity / 100}"/>'
            )
