"""What the API answers about passages of all papers."""

from typing import Annotated

import msgspec

from gateway.views import PaperKey, Run, Title, View


class PassageLinks(View, frozen=True, kw_only=True):
    """Where a passage leads to."""

    paper: str
    page: str
    at_page: Annotated[
        str, msgspec.Meta(examples=["/api/v1/papers/arxiv:2401.00001/pdf?inline=true#page=7"])
    ]
    """The PDF at that page, here or at the source; else the paper's own page."""


class FoundPassage(View, frozen=True, kw_only=True):
    """A passage that a search over all papers found; page 0 means that it is not from the PDF."""

    paper: PaperKey
    title: Title
    authors: tuple[str, ...]
    authors_total: int
    announced: str = ""
    page: int = 0
    section: str = ""
    text: str
    snippet: tuple[Run, ...] = ()
    score: float
    links: PassageLinks


class FoundPassages(View, frozen=True, kw_only=True):
    """Passages of all papers that answer a query, those of a paper together."""

    items: list[FoundPassage]
    query: str
    took_ms: float
