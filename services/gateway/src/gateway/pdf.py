"""Stored PDFs: passed on only where the licence allows it, else the reader goes to the source."""

import re
from typing import NamedTuple

from common.events import ObjectRef
from common.paperid import PaperId
from gateway import cards, licences
from gateway.failures import Missing, Refused
from gateway.library import Known

_CSP = "default-src 'none'; frame-ancestors 'none'"
_HEADERS = {
    "Content-Type": "application/pdf",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, max-age=3600",
}


class Withheld(Refused):
    """The licence does not let this file be served, and no other place is known."""

    status = 451


class Choice(NamedTuple):
    """Either a stored file to send, or where to send the reader."""

    ref: ObjectRef | None
    elsewhere: str = ""


def choose(paper: Known, asked: int | None) -> Choice:
    """Where the PDF of a paper comes from; raises Missing or Withheld."""
    here = paper.pdf if asked in (None, paper.version) else None
    if here is not None and licences.judge(paper.meta.licence).may_serve:
        return Choice(here)
    known = cards.links(paper.key, version=asked or paper.version, doi=paper.meta.doi)
    elsewhere = known.source_pdf or known.doi
    if elsewhere:
        return Choice(None, elsewhere)
    if here is None:
        raise Missing(f"{paper.key} came without a PDF")
    raise Withheld(
        "The licence of this paper does not allow its PDF to be passed on, "
        "and no other address of it is known."
    )


class Opens(NamedTuple):
    """Where a paper's PDF opens, if anywhere, and the paper's own page."""

    pdf: str
    page: str

    def at(self, page: int) -> str:
        """Where that page of the PDF opens; the paper's own page for what is not from a PDF."""
        return f"{self.pdf}#page={page}" if self.pdf and page > 0 else self.page


def opens(paper: str, *, version: int, licence: str, stored: bool) -> Opens:
    """Here where the licence allows it, else at the source."""
    links = cards.links(paper, version=version, has_pdf=stored)
    ours = stored and licences.judge(licence).may_serve
    return Opens(f"{links.pdf}?inline=true" if ours else links.source_pdf, links.page)


def headers(paper: Known, *, inline: bool) -> dict[str, str]:
    """What goes with the file; shown in the browser only when that was asked for.

    Some browsers show no PDF in a sandbox, and lay out their viewer by styles in its page. The type
    that is said and kept to makes sure that no file is ever a page of ours, whatever is in it.
    """
    how = "inline" if inline else "attachment"
    more = "style-src 'unsafe-inline'" if inline else "sandbox"
    return {
        **_HEADERS,
        "Content-Security-Policy": f"{more}; {_CSP}",
        "Content-Disposition": f'{how}; filename="{file_name(paper)}"',
    }


def file_name(paper: Known) -> str:
    """A safe name for the saved file."""
    local = PaperId(paper.key).local
    return f"{re.sub(r'[^A-Za-z0-9.-]+', '_', local)[:80]}v{paper.version}.pdf"
