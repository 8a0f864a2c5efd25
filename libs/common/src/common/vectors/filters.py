"""What a search may be narrowed to."""

import msgspec


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Every field that is set must hold; several values in one field are alternatives."""

    categories: tuple[str, ...] = ()
    """Categories like ``cs.LG`` or whole archives like ``cs``."""
    feeds: tuple[str, ...] = ()
    date_from: str = ""
    """First announcement day, YYYY-MM-DD."""
    date_to: str = ""
    """Last announcement day, YYYY-MM-DD."""
    has_pdf: bool | None = None
    full_text: bool | None = None
    withdrawn: bool | None = None
    ids: tuple[str, ...] = ()
    """Keys of papers."""
