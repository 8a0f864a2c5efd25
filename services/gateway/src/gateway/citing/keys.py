"""Keys of citations: of the paper alone, so that no other paper ever changes one. Pure."""

import hashlib
import re
import unicodedata

from common.paperid import PaperId
from gateway.citing.source import plain
from gateway.citing.work import Work

DIGEST_CHARS = 8
_STOP = frozenset(("a", "an", "the", "on", "of", "for", "in", "to", "and", "is", "are", "with"))


def key_of(work: Work) -> str:
    """``lovelace2024graph-2401.00001``: first author, year, first word of the title, and the id.

    A letter that tells equal ones apart would depend on what else is in the file, and a text that
    cites by it would one day cite another paper.
    """
    authors = work.names
    family = _ascii(re.sub(r"^[Tt]he ", "", authors[0].family)) if authors else ""
    words = [found for word in plain(work.title).split() if (found := _ascii(word))]
    word = next((one for one in words if one not in _STOP), "")
    year = str(work.day.year or "")
    return f"{family or 'anonymous'}{year}{word or 'untitled'}-{_id(work.paper)}"


def _id(paper: str) -> str:
    name = PaperId(paper)
    if name.scheme == "arxiv":
        return name.local.replace("/", ".")
    return hashlib.sha256(paper.encode()).hexdigest()[:DIGEST_CHARS]


def _ascii(word: str) -> str:
    flat = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", flat.lower())[:40]
