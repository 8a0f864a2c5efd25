"""Texts as sources write them: words with formulas, accents and a little TeX in between. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple

from gateway import tex

Kind = Literal["text", "math", "accent", "styled", "escaped"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
_LETTER = r"\\?[A-Za-z]"
_ACCENT = (
    rf"""\\['"`^~=.]\s*(?:\{{{_LETTER}\}}|\\[ij](?![A-Za-z])|[A-Za-z])"""
    rf"""|\\[uvHtcdbkr]\s*\{{{_LETTER}[A-Za-z]?\}}"""
    r"""|\\(?:ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j)(?![A-Za-z])(?:\{\})?"""
)
_PIECE = re.compile(
    # A formula neither begins nor ends with a blank, and no amount of money follows it.
    r"(?P<math>(?<!\\)\$(?!\s)(?:[^$\\]|\\.)+(?<!\s)\$(?!\d))"
    rf"|\{{(?P<braced>{_ACCENT})\}}|(?P<accent>{_ACCENT})"
    r"|(?P<styled>\\(?:emph|text(?:it|bf|tt|sc|sl|rm|sf))\s*\{(?P<inner>[^{}\\$&%#_~^]*)\})"
    r"|\\(?P<escaped>[&%$#_])"
)


class Piece(NamedTuple):
    """A part of a text."""

    kind: Kind
    text: str
    """As it is written; for ``escaped`` the sign alone."""
    shown: str
    """As it is read."""


def pieces(text: str) -> Iterator[Piece]:
    """The parts of a text, in their order."""
    at = 0
    for found in _PIECE.finditer(text):
        if found["math"] and not _is_balanced(found["math"]):
            continue
        if found.start() > at:
            yield Piece("text", text[at : found.start()], text[at : found.start()])
        yield _piece(found)
        at = found.end()
    if at < len(text):
        yield Piece("text", text[at:], text[at:])


def plain(text: str) -> str:
    """The text with accents as characters; formulas stay as they are written."""
    return text if "\\" not in text else line("".join(one.shown for one in pieces(text)))


def line(text: str) -> str:
    """The text on one line, without signs that no file may hold."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _piece(found: re.Match[str]) -> Piece:
    if found["math"]:
        return Piece("math", found["math"], found["math"])
    if found["styled"]:
        return Piece("styled", found["styled"], found["inner"])
    if found["escaped"]:
        return Piece("escaped", found["escaped"], found["escaped"])
    accent = found["braced"] or found["accent"]
    return Piece("accent", accent, unicodedata.normalize("NFC", tex.plain(accent)))


def _is_balanced(formula: str) -> bool:
    depth = 0
    for char in formula:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0
