"""The ids of papers in the fields of a reference, wherever programs put them. Pure."""

import re
from collections.abc import Iterable, Mapping

from common.errors import UsageError
from common.paperid import arxiv_id, parse
from gateway.importing.entry import Entry, Misread, short

NAMELESS = "has no arXiv id and no DOI, by which alone a paper is known for certain"
_ARXIV = re.compile(
    r"(?:arxiv\s*[:./]\s*|arxiv\s+|arxiv\.org/(?:abs|pdf|html)/|\babs/)"
    r"(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[a-z]{2})?/\d{7}(?:v\d+)?)",
    re.IGNORECASE,
)


def entry(line: int, fields: Mapping[str, Iterable[str]], *, called: str) -> Entry | Misread:
    """A reference by its fields: ``eprint``, ``doi``, ``url``, and an id inside of any other."""
    named = [arxiv_id(value) for value in fields.get("eprint", ())]
    found = [one.key for one in named if one is not None]
    for name in ("doi", "url"):
        found += [key for value in fields.get(name, ()) if (key := _key(value))]
    for values in fields.values():
        found += [key for value in values if (key := _inside(value))]
    papers = sorted(dict.fromkeys(found), key=lambda key: not key.startswith("arxiv:"))
    if not papers:
        return Misread(line, short(called), NAMELESS)
    return Entry(line, short(called), tuple(papers))


def _key(text: str) -> str:
    try:
        return parse(text).key
    except UsageError:
        return ""


def _inside(text: str) -> str:
    found = _ARXIV.search(text)
    named = arxiv_id(found[1]) if found else None
    return named.key if named else ""
