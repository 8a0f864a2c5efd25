"""What stands for an uploaded PDF in a search, or why nothing can. Pure."""

from typing import NamedTuple

from common.reading.parsed import Parsed
from gateway.failures import Refused

MEANT_BY = 5
"""Passages whose mean stands for the paper. Chosen on 49 open papers against 1,600 abstracts: what
they find is nearest to what the papers cite; fewer lean on names and addresses, more on details."""
NAMED_BY = 3
"""Passages whose words are looked for: title, abstract and the start of the introduction."""
BEGINS_WORDS = 14
MENDS = {
    "not_pdf": "choose a file that is one",
    "empty": "choose another file",
    "encrypted": "save it without the password and send that",
    "damaged": "print it to a new PDF and send that",
    "no_text": "let a program for text recognition (OCR) read it first, or search by its title",
}
SHORTER = "send only its first pages"


class Unreadable(Refused):
    """A PDF that has nothing to search with."""

    status = 422


class Likeness(NamedTuple):
    """What to search with, and how the PDF begins."""

    texts: tuple[str, ...]
    words: str
    begins: str


def likeness(parsed: Parsed) -> Likeness:
    """What stands for a PDF; raises Unreadable with the reason and the mend."""
    if not parsed.passages:
        problem = parsed.problem[:1].upper() + parsed.problem[1:]
        raise Unreadable(f"{problem}; {MENDS.get(parsed.reason, SHORTER)}.")
    texts = tuple(passage.text for passage in parsed.passages[:MEANT_BY])
    begins = texts[0].split()
    dots = " …" if len(begins) > BEGINS_WORDS else ""
    return Likeness(texts, " ".join(texts[:NAMED_BY]), " ".join(begins[:BEGINS_WORDS]) + dots)
