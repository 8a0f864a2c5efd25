"""What the API answers about how papers are spread."""

from typing import Annotated

import msgspec

from gateway.view import View


class Count(View, frozen=True, kw_only=True):
    """A value and how many papers have it."""

    value: Annotated[str, msgspec.Meta(examples=["cs.LG"])]
    count: int


class Facets(View, frozen=True, kw_only=True):
    """Counts over all papers that fit, not only those on a page."""

    total: int
    words: bool
    """Whether only papers are counted that hold all words of the question."""
    categories: list[Count]
    feeds: list[Count]
    months: list[Count]
    """Of the announcement, the newest first."""
    licences: list[Count]
    has_pdf: int
    full_text: int
    has_summary: int
