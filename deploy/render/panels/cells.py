"""A table as HTML, with the columns that Grafana's transformations leave."""

from collections.abc import Mapping
from html import escape
from typing import Any

from render.panels import paint
from render.panels.asking import Prometheus
from render.panels.units import written

Panel = dict[str, Any]
Row = dict[str, str | float]
Rows = dict[tuple[str, ...], Row]


def table(panel: Panel, asked: Prometheus) -> str:
    """Empty when there is no row."""
    order = next(t for t in panel["transformations"] if t["id"] == "organize")["options"]
    fields = sorted(order["indexByName"], key=order["indexByName"].__getitem__)
    rows: Rows = {}
    for target in panel["targets"]:
        field = "Value" if len(panel["targets"]) == 1 else f"Value #{target['refId']}"
        for one in asked.now(target):
            known = tuple(one.labels.get(name, "") for name in fields if "Value" not in name)
            row = rows.setdefault(known, {**one.labels})
            row[field] = one.last or 0.0
    if not rows:
        return ""
    titles = [order["renameByName"][field] for field in fields]
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    both = list(zip(fields, titles, strict=True))
    body = ""
    for row in _in_order(panel, rows, dict(zip(titles, fields, strict=True))):
        cells = (_cell(panel, title, row.get(field)) for field, title in both)
        body += f"<tr>{''.join(cells)}</tr>"
    return f'<table class="cells"><tr>{head}</tr>{body}</table>'


def _in_order(panel: Panel, rows: Rows, fields: Mapping[str, str]) -> list[Row]:
    """By their labels; where the panel sorts, by that column, and those without a value last."""
    found = [row for _, row in sorted(rows.items())]
    for by in panel["options"].get("sortBy", ()):
        found.sort(key=lambda row: -float(row.get(fields[by["displayName"]], -1)))
    return found


def _cell(panel: Panel, title: str, value: str | float | None) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, str):
        return f"<td>{escape(value)}</td>"
    more = paint.column_of(panel["fieldConfig"]["overrides"], title)
    steps = more.get("thresholds")
    tint = paint.of_value(value, steps) if steps else "inherit"
    text = written(value, more.get("unit", "short"), more.get("decimals"))
    return f'<td style="color:{tint}">{text}</td>'
