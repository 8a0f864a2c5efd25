"""Storage in words and tables."""

from collections.abc import Iterable, Iterator, Sequence

from cli.backup.shown import size
from cli.storage.analysis import Analysis
from cli.storage.cleaning import Piece
from cli.storage.emergency import State
from cli.storage.outlook import Growth

DRY = "nothing was removed; do it with --yes"
HELD = ("store", "class", "whose", "things", "size", "of its limit", "")
PIECES = ("class", "is", "things", "size", "what")
NUMBERS = ("things", "size", "of its limit")


def held(found: Analysis) -> Iterator[tuple[str, ...]]:
    """Who holds how much, a row each."""
    for one in found.holdings:
        if not one.count:
            continue  # JSON tells of it
        filled = f"{one.filled:.1%} of {size(one.limit_bytes)}" if one.limit_bytes else ""
        row = (one.store, one.name, one.owner, str(one.count), size(one.size_bytes), filled)
        yield *row, one.note


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


def pieces(found: Iterable[Piece]) -> Iterator[tuple[str, ...]]:
    """What goes or went, class by class."""
    for one in found:
        yield one.name, one.state, str(one.count), size(one.size_bytes), one.what


def freed(found: Sequence[Piece]) -> str:
    """The sum."""
    is_done = any(one.state in ("removed", "moved") for one in found)
    return f"{size(freed_bytes(found))} {'freed' if is_done else 'would be freed'}"


def freed_bytes(found: Iterable[Piece]) -> int:
    """The same for programs."""
    return sum(one.size_bytes for one in found if one.state in ("removed", "moved", "would go"))


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
