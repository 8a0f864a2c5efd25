"""Page texts as pdfium gives them, made into lines a person would read."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

EDGE_LINES = 2
"""So many lines at the top and at the foot of a page may be headers and footers."""
_LEAST_REPEATS = 3
_LONGEST = 40

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_DROPPED = dict.fromkeys(
    [
        0x00AD,
        0x034F,
        0x061C,
        0x180E,
        0xFEFF,
        0xFFFF,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xE0000, 0xE0080),
        *range(0xD800, 0xE000),
        *(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)),
        *range(0x7F, 0xA0),
    ]
)
_SPACES = dict.fromkeys(
    "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    " ",
)
_TABLE = str.maketrans({**_LIGATURES, **_SPACES, "\r": ""}) | _DROPPED
_MATH = re.compile("[\U0001d400-\U0001d7ff]+")
_CUT = re.compile(r"(\ufffe\s*|[-\u2010\u00ad]\n)")
_HEAD = re.compile(r"[^\W\d_]+$")
_TAIL = re.compile(r"[^\W\d_]+")
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BLANKS = re.compile(r" {2,}")
_STAMP = re.compile(r"^arXiv:\S+\s+\[[\w.-]+\]\s+\d{1,2} \w{3} \d{4}\s*")
_PAGE_NUMBER = re.compile(r"^[-–—\s]*(?:page\s+)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?[-–—\s]*$", re.I)
_DIGITS = re.compile(r"\d+")
_HIDDEN_TAGS = re.compile("[\U000e0000-\U000e007f]")


def suspicious(pages: Sequence[str]) -> bool:
    """True when a text holds tag characters, which only ever hide words from people."""
    return any(_HIDDEN_TAGS.search(page) for page in pages)


def cleaned(pages: Sequence[str]) -> list[list[str]]:
    """The lines of every page: words made whole, headers, footers, page numbers taken off."""
    texts = [page.replace("\r\n", "\n") for page in pages]
    known = Counter(word for text in texts for word in _WORDS.findall(text.lower()))
    lines = [_lines(_plain(_whole_words(text, known))) for text in texts]
    lines[:1] = [[rest for at in page if (rest := _STAMP.sub("", at))] for page in lines[:1]]
    repeated = _repeated(lines)
    return [_without_edges(page, repeated) for page in lines]


def _whole_words(text: str, known: Counter[str]) -> str:
    """Words cut at line ends, put together as the paper writes them elsewhere."""
    pieces = _CUT.split(text)
    for at in range(1, len(pieces), 2):
        head, tail = _HEAD.search(pieces[at - 1][-_LONGEST:]), _TAIL.match(pieces[at + 1])
        if head and tail:
            pieces[at] = _joint(head[0], tail[0], known)
        else:
            pieces[at] = pieces[at].replace("\ufffe", "-")
    return "".join(pieces)


def _joint(head: str, tail: str, known: Counter[str]) -> str:
    """What belongs between the parts of a word: nothing, or its own hyphen."""
    if known[(head + tail).lower()]:
        return ""
    if not tail[0].islower() or known[f"{head}-{tail}".lower()]:
        return "-"
    return "-" if _two_words(head.lower(), tail.lower(), known) else ""


def _two_words(head: str, tail: str, known: Counter[str]) -> bool:
    return min(len(head), len(tail)) >= 4 and known[head] >= 2 and known[tail] >= 2


def _plain(text: str) -> str:
    """Ligatures as letters, mathematical letters as plain ones, nothing invisible."""
    text = text.translate(_TABLE)
    return _MATH.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def _lines(text: str) -> list[str]:
    stripped = (line.strip() for line in _BLANKS.sub(" ", text).split("\n"))
    return [line for line in stripped if line]


def _edges(page: list[str]) -> set[int]:
    """Positions of the lines at the top and the foot of a page."""
    last = len(page)
    return {*range(min(EDGE_LINES, last)), *range(max(0, last - EDGE_LINES), last)}


def _shape(line: str) -> str:
    return _DIGITS.sub("", line.lower()).strip(" -–—|")


def _repeated(pages: Sequence[list[str]]) -> frozenset[str]:
    """Shapes of edge lines that come back on many pages, digits left out."""
    counts = Counter(shape for page in pages for shape in {_shape(page[at]) for at in _edges(page)})
    least = max(_LEAST_REPEATS, len(pages) // 3)
    return frozenset(shape for shape, times in counts.items() if shape and times >= least)


def _without_edges(page: list[str], repeated: frozenset[str]) -> list[str]:
    edges = _edges(page)
    return [
        line
        for at, line in enumerate(page)
        if at not in edges or not (_shape(line) in repeated or _PAGE_NUMBER.match(line))
    ]
