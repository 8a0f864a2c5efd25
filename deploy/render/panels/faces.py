"""What is inside each kind of panel, as HTML; pure but for what it asks."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from render.panels import paint
from render.panels.asking import Prometheus, Series
from render.panels.cells import table
from render.panels.lines import LEFT, Frame, chart
from render.panels.units import written

LEGEND_ROW = 19
Panel = dict[str, Any]


def inside(panel: Panel, asked: Prometheus, size: tuple[int, int]) -> str:
    """The body of a panel; ``size`` is its width and height in pixels."""
    return KINDS[panel["type"]](panel, asked, size)


def _every(panel: Panel, asked: Prometheus) -> list[Series]:
    return [
        one
        for target in panel["targets"]
        for one in (asked.now if target["instant"] else asked.course)(target)
    ]


def _said(panel: Panel, value: float | None) -> str:
    """The value in words: mapped, or with its unit."""
    defaults = panel["fieldConfig"]["defaults"]
    for mapping in defaults["mappings"]:
        if mapping["type"] == "special" and value is None:
            return str(mapping["options"]["result"]["text"])
        if mapping["type"] == "value" and value is not None and f"{value:g}" in mapping["options"]:
            return str(mapping["options"][f"{value:g}"]["text"])
    return "–" if value is None else written(value, defaults["unit"], defaults.get("decimals"))


def _nothing(panel: Panel) -> str:
    words = panel["fieldConfig"]["defaults"].get("noValue", "No data")
    return f'<div class="nothing">{escape(words)}</div>'


def _timeseries(panel: Panel, asked: Prometheus, size: tuple[int, int]) -> str:
    every = sorted((one for one in _every(panel, asked) if one.points), key=lambda one: one.name)
    if not every:
        return _nothing(panel)
    rows = min(len(every), max(1, int((size[1] - 112) // LEGEND_ROW) - 1))
    picture = chart(panel, every, asked.span, (size[0], size[1] - (rows + 1) * LEGEND_ROW - 6))
    colours = paint.of_series([one.name for one in every], panel["fieldConfig"]["overrides"])
    unit = panel["fieldConfig"]["defaults"]["unit"]
    lines = "".join(
        f'<tr><td><i style="background:{colours[one.name]}"></i>{escape(one.name)}</td>'
        f"<td>{written(one.points[-1][1], unit)}</td>"
        f"<td>{written(max(value for _, value in one.points), unit)}</td></tr>"
        for one in every[:rows]
    )
    head = "<tr><th>Name</th><th>Last</th><th>Max</th></tr>"
    return f'{picture}<table class="legend">{head}{lines}</table>'


def _stat(panel: Panel, asked: Prometheus, size: tuple[int, int]) -> str:
    every = _every(panel, asked)
    found = every[0] if every and every[0].points else None
    value = found.last if found else None
    defaults = panel["fieldConfig"]["defaults"]
    tint = paint.colour("text") if value is None else paint.of_value(value, defaults["thresholds"])
    line = _spark(found, asked, size, tint) if found else ""
    text = _said(panel, value)
    points = min(44, int((size[0] - 24) / max(1, len(text)) * 1.7))
    return f'{line}<div class="stat" style="color:{tint};font-size:{points}px">{escape(text)}</div>'


def _spark(one: Series, asked: Prometheus, size: tuple[int, int], tint: str) -> str:
    low, high = min(v for _, v in one.points), max(v for _, v in one.points)
    span, width, tall = asked.span, size[0], size[1] * 0.3

    def place(at: float, value: float) -> str:
        share = (value - low) / (high - low) if high > low else 0.3
        x = (at - span.start) / (span.end - span.start) * width
        return f"{x:.1f},{size[1] - 2 - share * (tall - 6):.1f}"

    path = " ".join(place(at, value) for at, value in one.points)
    ends = f"{place(one.points[-1][0], low).split(',')[0]},{size[1]}"
    begins = f"{path.split(',')[0]},{size[1]}"
    return (
        f'<svg class="spark" width="{width}" height="{size[1]}">'
        f'<polygon points="{begins} {path} {ends}" fill="{tint}" opacity="0.13"/>'
        f'<polyline points="{path}" fill="none" stroke="{tint}" stroke-width="1.2" opacity="0.7"/>'
        "</svg>"
    )


def _bargauge(panel: Panel, asked: Prometheus, size: tuple[int, int]) -> str:
    every = [one for one in _every(panel, asked) if one.last is not None]
    if not every:
        return _nothing(panel)
    if len(panel["targets"]) == 1:
        every.sort(key=_order)  # several were asked for in their order
    defaults = panel["fieldConfig"]["defaults"]
    most = defaults.get("max") or max(one.last or 0 for one in every) or 1
    tall = min(34, int((size[1] - 8) / len(every)) - 5)
    rows = ""
    for one in every:
        value = one.last or 0.0
        tint = paint.of_value(value, defaults["thresholds"])
        share = max(0.0, min(1.0, value / most)) * 100
        rows += (
            f'<div class="bar" style="height:{tall}px"><span>{escape(one.name)}</span>'
            f'<b><i style="width:{share:.1f}%;background:{tint}"></i></b>'
            f'<em style="color:{tint}">{_said(panel, value)}</em></div>'
        )
    return f'<div class="bars">{rows}</div>'


def _order(one: Series) -> tuple[float, str]:
    bound = one.labels.get("le")
    return (float(bound), "") if bound and len(one.labels) == 1 else (0.0, one.name)


def _table(panel: Panel, asked: Prometheus, size: tuple[int, int]) -> str:
    del size
    return table(panel, asked) or _nothing(panel)


def _states(panel: Panel, asked: Prometheus, size: tuple[int, int]) -> str:
    every: Sequence[Series] = sorted(_every(panel, asked), key=lambda one: one.name)
    if not every:
        return _nothing(panel)
    frame = Frame(asked.span, 0, 1, size[0] - 30, size[1])
    tall = min(30.0, (size[1] - 30) / len(every))
    steps = panel["fieldConfig"]["defaults"]["thresholds"]
    parts = []
    for number, one in enumerate(every):
        y = 4 + number * tall
        parts.append(
            f'<text class="axis" x="{LEFT + 24}" y="{y + tall / 2 + 4:.1f}" text-anchor="end">'
            f"{escape(one.name)}</text>"
        )
        for begin, end, tint in _stretches(one, asked.span.step, steps):
            left, right = (max(LEFT + 30, frame.x(at) + 30) for at in (begin, end))
            parts.append(
                f'<rect x="{left:.1f}" y="{y + 2:.1f}" width="{right - left:.1f}"'
                f' height="{tall - 5:.1f}" fill="{tint}" opacity="0.85"/>'
            )
    return f'<svg width="{size[0]}" height="{size[1]}">{"".join(parts)}</svg>'


def _stretches(one: Series, step: float, steps: Panel) -> list[tuple[float, float, str]]:
    """Times in which nothing changed, as one piece each."""
    found: list[tuple[float, float, str]] = []
    for at, value in one.points:
        tint = paint.of_value(value, steps)
        if found and found[-1][2] == tint and at - found[-1][1] <= step:
            found[-1] = (found[-1][0], at, tint)
        else:
            found.append((at - step, at, tint))
    return found


KINDS: dict[str, Callable[[Panel, Prometheus, tuple[int, int]], str]] = {
    "timeseries": _timeseries,
    "stat": _stat,
    "bargauge": _bargauge,
    "table": _table,
    "state-timeline": _states,
}
