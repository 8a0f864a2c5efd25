"""arXiv identifiers: new and old style, with or without a version."""

import re
from typing import NamedTuple

PATTERN = re.compile(
    r"(?:arXiv:)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v([1-9]\d{0,3}))?"
)
OAI_PREFIX = "oai:arXiv.org:"


class Identifier(NamedTuple):
    """A paper's id without version, and the version if one was named."""

    id: str
    version: int | None


def parse_identifier(text: str) -> Identifier | None:
    """Parse `2401.00001v2`, `hep-th/9901001`, `math.CA/0611800`; None when malformed."""
    found = PATTERN.fullmatch(text)
    if found is None:
        return None
    paper, version = found.groups()
    archive, slash, number = paper.partition("/")
    if slash:  # the subject class is not part of the external form
        paper = f"{archive.partition('.')[0]}/{number}"
    return Identifier(paper, int(version) if version else None)


def month_of(paper: str) -> tuple[int, int] | None:
    """Return (year, month) in which an id was given, as its digits say; None when they do not."""
    digits = paper.rpartition("/")[2][:4]
    if not digits.isdigit():
        return None
    year, month = int(digits[:2]), int(digits[2:])
    if not 1 <= month <= 12:
        return None
    return (year + (1900 if year >= 91 else 2000), month)
