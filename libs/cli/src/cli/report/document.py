"""A report as headings, lines and tables, from which page, Markdown and mail are made; pure."""

from typing import NamedTuple

from cli.report import papers, upkeep
from cli.report.figures import Report
from cli.report.section import Section
from cli.report.span import NAMES
from cli.report.words import NOTHING, change, number, p50, p95, share


class Tile(NamedTuple):
    """One headline figure."""

    name: str
    value: str
    note: str


class Document(NamedTuple):
    """What is shown, in order."""

    title: str
    lead: str
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]


def document(report: Report) -> Document:
    """The whole."""
    whose = f"feed {report.feed}" if report.feed else "paperbus"
    made = f"Made {report.at[:16].replace('T', ' ')}Z. Days are those of UTC."
    so_far = "" if report.is_over else f" The {NAMES[report.span.period]} has not ended yet."
    found = [*papers.sections(report), *upkeep.sections(report)]
    return Document(
        title=f"{whose}: {report.span.name}",
        lead=made + so_far,
        tiles=_tiles(report),
        sections=tuple(section for section in found if section.lines or section.rows),
    )


def subject(report: Report) -> str:
    """What the mail is about."""
    now, held = report.whole.now, report.letters.held if report.letters else 0
    dead = f", {held} dead letters wait" if held else ""
    words = f"{now.announced} announced, {now.ready} ready{dead}"
    return f"paperbus {report.span.period} report, {report.span.name}: {words}"[:200]


def _tiles(report: Report) -> tuple[Tile, ...]:
    now, before = report.whole.now, report.whole.before
    than = f"{NAMES[report.span.period]} before"
    tiles = [
        Tile("announced", number(now.announced), _than(now.announced, before.announced, than)),
        Tile("ready", number(now.ready), _than(now.ready, before.ready, than)),
        Tile("dead", number(now.dead), f"{now.in_work} still in work"),
        Tile("come through", share(now.arrived, now.announced), _complete(report)),
        Tile("to search", p50(now.to_searchable), f"95 % within {p95(now.to_searchable)}"),
        Tile("to delivery", p50(now.to_delivered), f"95 % within {p95(now.to_delivered)}"),
    ]
    return tuple(tiles)


def _than(now: int, before: int, words: str) -> str:
    changed = change(now, before)
    if changed == NOTHING:
        return f"none in the {words}"
    return changed if changed == "as before" else f"{changed} than the {words}"


def _complete(report: Report) -> str:
    """By the source's own count of what it announced, where there is one."""
    announced = sum(day.announced for day in report.days)
    here = sum(min(day.here, day.announced) for day in report.days)
    if not announced:
        return "of the announced are ready"
    return f"{number(here)} of the source's {number(announced)} are here"
