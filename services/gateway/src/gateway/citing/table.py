"""Rows of CSV (RFC 4180) that no spreadsheet takes for formulas. Pure."""

import csv
import io

from gateway import cards
from gateway.citing.keys import key_of
from gateway.citing.source import plain
from gateway.citing.work import Work

COLUMNS = (
    *("id", "version", "title", "authors", "categories", "announced", "submitted"),
    *("tldr", "full_text", "has_pdf", "withdrawn", "url", "doi", "journal_ref", "key"),
    *("opinion", "tags", "state"),
)
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a cell that is reckoned begins with, also as wide characters."""


def row(work: Work) -> str:
    """One row, which ends with a line break."""
    said = work.said
    return _written(
        *(work.paper, work.version, plain(work.title), "; ".join(map(plain, work.authors))),
        *(" ".join(work.categories), work.announced, work.submitted, work.tldr),
        *(work.full_text, work.has_pdf, work.withdrawn, _url(work), work.doi, plain(work.journal)),
        *(key_of(work), said.opinion if said else ""),
        *(", ".join(said.tags) if said else "", said.state if said else ""),
    )


def heading() -> str:
    """The names of the columns."""
    return _written(*COLUMNS)


def safe(value: object) -> str:
    """A cell that stays text."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULAS) else text


def _url(work: Work) -> str:
    """The address of this version, for the row says of it more than a citation does."""
    return cards.links(work.paper, version=work.version).source_abs or work.url


def _written(*values: object) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([safe(value) for value in values])
    return text.getvalue()
