"""Stored PDFs: passed on only where the licence allows it, else the reader goes to the source."""

import re
from typing import NamedTuple

from common.events import ObjectRef
from common.paperid import PaperId
from gateway import cards, licences
from gateway.failures import Missing, Refused
from gateway.library import Known

HEADERS = {
    "Content-Type": "application/pdf",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
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


def file_name(paper: Known) -> str:
    """A safe name for the saved file."""
    local = PaperId(paper.key).local
    return f"{re.sub(r'[^A-Za-z0-9.-]+', '_', local)[:80]}v{paper.version}.pdf"
