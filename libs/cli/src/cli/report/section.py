"""One part of a document."""

from typing import NamedTuple


class Section(NamedTuple):
    """A heading with lines and a table; if ``numeric``, all columns but one are numbers."""

    title: str
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numeric: bool = False
