"""What a search may be narrowed to."""

import msgspec


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Words that must be in a place, or must not when ``excluded``."""

    place: str = "any"
    """``title``, ``abstract``, ``any`` of these two, or ``authors``: then they are a name."""
    text: str
    phrase: bool = True
    """Whether they must stand side by side."""
    excluded: bool = False


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """Days from first to last, both included; an empty one is open."""

    first: str = ""
    last: str = ""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Every field that is set must hold; several values in one field are alternatives."""

    categories: tuple[str, ...] = ()
    """Categories like ``cs.LG`` or whole archives like ``cs``."""
    all_categories: tuple[str, ...] = ()
    """Not alternatives: all of them."""
    not_categories: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    all_feeds: tuple[str, ...] = ()
    """Not alternatives: all of them."""
    not_feeds: tuple[str, ...] = ()
    date_from: str = ""
    """First announcement day, YYYY-MM-DD."""
    date_to: str = ""
    """Last announcement day, YYYY-MM-DD."""
    not_days: tuple[Days, ...] = ()
    has_pdf: bool | None = None
    full_text: bool | None = None
    withdrawn: bool | None = None
    summarised: bool | None = None
    licences: tuple[str, ...] = ()
    """Kinds of ``common.licences``, such as ``cc-by``."""
    dois: tuple[str, ...] = ()
    """DOIs of the published papers."""
    words: tuple[Words, ...] = ()
    """All of them."""
    ids: tuple[str, ...] | None = None
    """Keys of papers, None for any paper; when it is empty, no paper is left."""
    not_ids: tuple[str, ...] = ()
