"""Which line belongs to which section, and where the references are."""

import re
from collections.abc import Sequence
from typing import NamedTuple

_NUMBERED = re.compile(r"^(?:§\s*)?(\d{1,2})((?:\.\d{1,2}){0,3})\.?\s+([^\W\d_].*)$")
_ROMAN = re.compile(r"^([IVX]{1,5})\.\s+([A-Z].*)$")
_APPENDIX = re.compile(
    r"^(?:appendix|appendices|supplement\w*)\b.{0,60}$|^[A-H]\.?(?:\d\.?)?\s+[A-Z][a-z].{2,60}$",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"^(?:abstract|introduction|background|preliminaries|related works?|methods?|methodology|"
    r"materials and methods|experiments?|experimental setup|evaluation|results|"
    r"results and discussion|discussion|limitations|conclusions?|conclusions? and future work|"
    r"future work|acknowledge?ments?|ethics statement|summary|statement of need|"
    r"data availability|code availability|author contributions)$",
    re.IGNORECASE,
)
_REFERENCES = re.compile(
    r"^(?:§?\s*(?:\d{1,2}|[IVX]{1,5})\.?\s+)?(?:references|bibliography|literature cited|"
    r"works cited|references and notes)\s*:?$",
    re.IGNORECASE,
)
_AFFILIATION = re.compile(
    r"\b(?:university|universit\w+|institute?|department|laborator\w+|college|school|cent(?:er|re)|"
    r"hospital|academy|corporation|inc)\b",
    re.IGNORECASE,
)
_LONGEST_HEADING = 90
_MOST_WORDS = 12
_MINOR = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "via",
        "with",
        "without",
    ]
)


class Line(NamedTuple):
    """A line with its page, counted from 1, and the section it stands in."""

    text: str
    page: int
    section: str


class Split(NamedTuple):
    """The running text without headings, and the references."""

    body: list[Line]
    references: str


def split(pages: Sequence[Sequence[str]]) -> Split:
    """Lines with their sections; references end at an appendix, which belongs to the body."""
    flat = [(text, number) for number, page in enumerate(pages, 1) for text in page]
    start = _references_at([text for text, _ in flat])
    end = start
    while end < len(flat) and not (end > start and _APPENDIX.match(flat[end][0])):
        end += 1
    references = " ".join(text for text, _ in flat[start + 1 : end])
    return Split(_with_sections(flat[:start] + flat[end:]), references)


def _references_at(texts: Sequence[str]) -> int:
    """Position of the heading over the references, or the end."""
    found = [at for at, text in enumerate(texts) if _REFERENCES.match(text)]
    late = [at for at in found if at >= len(texts) * 0.3]
    return late[0] if late else len(texts)


def _with_sections(flat: Sequence[tuple[str, int]]) -> list[Line]:
    body: list[Line] = []
    section, number = "", 0
    for at, (text, page) in enumerate(flat):
        before = flat[at - 1][0] if at else ""
        after = flat[at + 1][0] if at + 1 < len(flat) else ""
        if (numbered := _numbered(text, number)) is not None:
            number, section = numbered, text
        elif (
            (_KNOWN.match(text) and text[0].isupper())
            or (_ROMAN.match(text) and _like_title(text))
            or _bare_heading(text, before, after)
        ):
            section = text
        else:
            body.append(Line(text, page, section))
    return body


def _numbered(text: str, current: int) -> int | None:
    """The section's number when ``text`` is the heading that can come next, else None."""
    match = _NUMBERED.match(text)
    if match is None or not _short(text) or not match[3][0].isupper():
        return None
    top, below = int(match[1]), match[2]
    if _letters(match[3]) < 0.7 or (current == 0 and _AFFILIATION.search(text)):
        return None
    return top if top == current + 1 or (below and top == current) else None


def _bare_heading(text: str, before: str, after: str) -> bool:
    """A heading without number: short or in title case, between two sentences."""
    return (
        before.endswith((".", "!", "?", ".”"))
        and len(after) > 40
        and after[0].isupper()
        and len(text.split()) <= 8
        and _letters(text) > 0.9
        and (_like_title(text) or (_short(text) and text[0].isupper() and len(text.split()) <= 4))
    )


def _like_title(text: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]+", text) if word.lower() not in _MINOR]
    return _short(text) and bool(words) and all(word[0].isupper() for word in words)


def _short(text: str) -> bool:
    return (
        len(text) <= _LONGEST_HEADING
        and len(text.split()) <= _MOST_WORDS
        and not text.endswith((".", ",", ";", ":", "-"))
    )


def _letters(text: str) -> float:
    """Share of letters and blanks in ``text``."""
    return sum(char.isalpha() or char == " " for char in text) / max(len(text), 1)
