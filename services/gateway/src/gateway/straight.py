"""The one paper a query names outright: by an id, a DOI, or its whole title."""

import re

from gateway import queries
from gateway.ports import Card, Index

MIN_TITLE_WORDS = 3
"""Fewer words are a subject rather than a title."""
_WORD = re.compile(r"\w+")
_DOI = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)$", re.IGNORECASE)


async def paper_of(index: Index, text: str) -> tuple[bool, Card | None]:
    """Whether the text is an id or a DOI, and the paper, if it is here; raises Unavailable."""
    named = queries.identifier(text)
    if named is None:
        return False, None
    card = await index.get(named.key)
    doi = _DOI.match(text.strip())
    if card is None and doi is not None:
        card = await index.named(doi[1])
    return True, card


def is_title(text: str, title: str) -> bool:
    """Whether the text is the whole title, whatever its case and punctuation."""
    wanted = _plain(text)
    return len(wanted) >= MIN_TITLE_WORDS and wanted == _plain(title)


def _plain(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
