"""Storage in words and tables."""

from collections.abc import Iterable, Iterator

from rich.table import Table

from cli.backup.shown import size
from cli.storage.analysis import Analysis
from cli.storage.cleaning import Piece
from cli.storage.emergency import State
from cli.storage.outlook import Growth

DRY = "nothing was removed; do it with --yes"


def held(found: Analysis) -> Table:
    """Who holds how much."""
    table = Table(box=None, header_style="bold")
    for name in ("store", "class", "whose", "things", "size", "of its limit", ""):
        right = name in ("things", "size", "of its limit")
        table.add_column(name, justify="right" if right else "left", no_wrap=name == "class")
    for one in found.holdings:
        if not one.count:
            continue  # JSON tells of it
        filled = f"{one.filled:.1%} of {size(one.limit_bytes)}" if one.limit_bytes else ""
        row = (one.store, one.name, one.owner, str(one.count), size(one.size_bytes), filled)
        table.add_row(*row, one.note)
    return table


def told(found: Analysis) -> Iterator[str]:
    """What follows from it."""
    yield (
        f"{size(found.total_bytes)} for {found.papers} papers in the index, "
        f"{size(found.bytes_per_paper)} each"
    )
    for name, disk in found.disks.items():
        yield f"volume {name}: {disk.used_ratio:.0%} full, {size(disk.free_bytes)} free"
    if found.compared_with:
        yield f"growth since {found.compared_with[:10]}:"
        yield from (f"  {grown(one)}" for one in found.growth if one.bytes_per_day)
    for words in found.recommendations:
        yield f"- {words}"


def grown(one: Growth) -> str:
    """How one thing grows."""
    per_day = one.bytes_per_day or 0
    sign = "-" if per_day < 0 else "+"
    left = f", full in about {one.days_left:.0f} days" if one.days_left is not None else ""
    return f"{one.about}: {sign}{size(abs(per_day))} a day{left}"


def pieces(found: Iterable[Piece]) -> Table:
    """What goes or went, class by class."""
    table = Table(box=None, header_style="bold")
    for name in ("class", "is", "things", "size", "what"):
        table.add_column(name, justify="right" if name in ("things", "size") else "left")
    for one in found:
        table.add_row(one.name, one.state, str(one.count), size(one.size_bytes), one.what)
    return table


def freed(found: Iterable[Piece]) -> str:
    """The sum."""
    gone = [one for one in found if one.state in ("removed", "moved", "would go")]
    is_done = any(one.state != "would go" for one in gone)
    words = "freed" if is_done else "would be freed"
    return f"{size(sum(one.size_bytes for one in gone))} {words}"


def mode(state: State) -> str:
    """Emergency mode in one line."""
    if not state.on and state.held:
        held = ", ".join(state.held)
        return f"emergency mode is half set, off are {held}; say `on` or `off` again"
    if not state.on and not state.why:
        return "emergency mode is off"
    until = f" until {state.until[:16]}Z" if state.until else ""
    held = f"; off are {', '.join(state.held)}" if state.held else ""
    is_on = "on" if state.on else "off"
    return f"emergency mode is {is_on} since {state.since[:16]}Z{until} ({state.why}){held}"
