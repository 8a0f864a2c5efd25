"""The piece of a text that answers a query, with the words that matched marked."""

import re
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"\w+", re.UNICODE)
_STOP = frozenset(
    """
    a an and are as at be by can do for from has have how in is it its not of on or that the
    their this to was we what when where which with
    """.split()  # noqa: SIM905 - so many quoted words are harder to read
)
SNIPPET_CHARS = 240
_SUFFIXES = ("ations", "ation", "ingly", "edly", "ings", "ing", "ions", "ion", "ies", "ed", "es")


class Part(NamedTuple):
    """A run of text, marked when it matched the query."""

    text: str
    marked: bool


def stems(query: str) -> frozenset[str]:
    """The words of a query that are worth marking, cut to their beginnings."""
    words = (word.lower() for word in _WORD.findall(query[:500]))
    return frozenset(_stem(word) for word in words if word not in _STOP and len(word) > 1)


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word.rstrip("es") if len(word) > 4 else word.removesuffix("s")


def snippet(text: str, wanted: frozenset[str], *, chars: int = SNIPPET_CHARS) -> list[Part]:
    """About ``chars`` characters of ``text`` around most matches, cut at words."""
    text = " ".join(text.split())
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters grow; their places must stay those of the text
        lowered = text
    hits = [m for m in _candidates(wanted).finditer(lowered) if _stem(m[0]) in wanted]
    start, end = _window(text, [m.start() for m in hits], chars)
    parts: list[Part] = [Part("… ", marked=False)] if start else []
    at = start
    for match in hits:
        if match.start() < start or match.end() > end:
            continue
        if match.start() > at:
            parts.append(Part(text[at : match.start()], marked=False))
        parts.append(Part(text[match.start() : match.end()], marked=True))
        at = match.end()
    tail = text[at:end] + (" …" if end < len(text) else "")
    return [*parts, Part(tail, marked=False)] if tail else parts


@lru_cache(maxsize=256)
def _candidates(wanted: frozenset[str]) -> re.Pattern[str]:
    """Words that begin like one that is wanted: few enough to look at closely."""
    if not wanted:
        return re.compile(r"(?!)")
    beginnings = "|".join(re.escape(stem) for stem in sorted(wanted))
    return re.compile(rf"\b(?:{beginnings})\w*")


def _window(text: str, starts: list[int], chars: int) -> tuple[int, int]:
    if len(text) <= chars:
        return 0, len(text)
    best = max(starts, key=lambda s: sum(s <= other < s + chars for other in starts), default=0)
    start = 0 if best < chars // 2 else text.rfind(" ", 0, max(1, best - 40)) + 1
    end = min(len(text), start + chars)
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + 1)
    return start, end
