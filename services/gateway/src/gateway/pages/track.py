"""The timeline as a line with stops: where each lies, and how long each stretch took."""

from typing import NamedTuple

from gateway.views import Step, TimelineView

WIDTH = 1000.0
LEAST = 6.0


class Stretch(NamedTuple):
    """One bar: waiting or working, in units of ``WIDTH``."""

    x: float
    width: float
    kind: str
    label: str


def stretches(line: TimelineView) -> list[Stretch]:
    """Bars to scale over the whole time, none narrower than can be seen."""
    parts: list[tuple[float, str, str]] = []
    for step in line.steps:
        if step.waited_s is not None:
            parts.append((step.waited_s, "wait", f"waited for {step.service}"))
        if step.took_s is not None:
            parts.append((step.took_s, step.name, step.name))
    total = sum(seconds for seconds, _, _ in parts)
    if total <= 0:
        return []
    least = LEAST / WIDTH * total
    shown = [(max(seconds, least), kind, label) for seconds, kind, label in parts if seconds > 0]
    scale = WIDTH / sum(seconds for seconds, _, _ in shown)
    bars, x = [], 0.0
    for seconds, kind, label in shown:
        bars.append(Stretch(round(x, 1), round(seconds * scale, 1), kind, label))
        x += seconds * scale
    return bars


LABELS = {
    "announced": "Announced",
    "fetched": "Fetched",
    "embedded": "Searchable",
    "summarised": "Summarised",
    "notified": "Watches checked",
}


def label(step: Step) -> str:
    """What a stop is called."""
    return LABELS.get(step.name, step.name)
