"""Tables for people: words stand as they are, and get room where no terminal bounds it."""

from collections.abc import Collection, Iterable, Sequence

from rich.console import Console
from rich.table import Table

WIDTH = 180


def show(
    names: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    whole: Collection[str] = (),
    right: Collection[str] = (),
) -> None:
    """Print a table; the columns ``whole`` are never broken, those in ``right`` end at the right.

    What a person or another program wrote may hold brackets and colons: they mean nothing here.
    """
    table = Table(box=None, header_style="bold")
    for name in names:
        table.add_column(
            name,
            justify="right" if name in right else "left",
            overflow="fold",
            no_wrap=name in whole,
        )
    for row in rows:
        table.add_row(*row)
    console().print(table)


def console() -> Console:
    """Where tables are printed."""
    made = Console(markup=False, emoji=False)
    if not made.is_terminal:
        made.width = max(made.width, WIDTH)
    return made
