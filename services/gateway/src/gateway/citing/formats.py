"""The formats papers are written in: one table says what each is called and how it is made."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from common.errors import UsageError
from gateway.citing import bibtex, csl, markdown, ris, table
from gateway.citing.work import Work


class Format(NamedTuple):
    """One format; a file is the head, the papers with something between them, and the tail."""

    name: str
    label: str
    """For people."""
    media_type: str
    suffix: str
    one: Callable[[Work], str]
    head: str = ""
    between: str = ""
    tail: str = ""

    def document(self, works: Iterable[Work]) -> str:
        """A whole file."""
        return self.head + self.between.join(map(self.one, works)) + self.tail


_ALL = (
    Format("bibtex", "BibTeX", "application/x-bibtex", "bib", bibtex.entry, between="\n"),
    Format("ris", "RIS", "application/x-research-info-systems", "ris", ris.record),
    Format(
        *("csl-json", "CSL-JSON", "application/vnd.citationstyles.csl+json", "csl.json", csl.item),
        head="[\n",
        between=",\n",
        tail="\n]\n",
    ),
    Format("csv", "CSV", "text/csv", "csv", table.row, head=table.heading()),
    Format("markdown", "Markdown", "text/markdown", "md", markdown.line),
)
FORMATS = {one.name: one for one in _ALL}


def format_of(name: str, *also: str) -> Format:
    """The format of that name; raises UsageError naming those there are."""
    if name in FORMATS:
        return FORMATS[name]
    raise UsageError("format", f"{name[:40]!r} is not one of {', '.join((*FORMATS, *also))}")
