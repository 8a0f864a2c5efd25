"""The faces of the stand-ins: which font can set a word, and how wide it is."""

import unicodedata
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PLAIN, BOLD, WIDE = "Times-Roman", "Times-Bold", "DejaVuSans"
FONT_FILE = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    """Load the wide face once; return the code points it has."""
    font = TTFont(WIDE, str(FONT_FILE))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


def is_latin(word: str) -> bool:
    """Say whether the standard faces, which need no embedding, can set the word."""
    return all(" " <= one <= "~" or "\xa1" <= one <= "\xff" for one in word) and "\xad" not in word


@lru_cache(maxsize=2048)
def _settable(character: str) -> str:
    """Return what is set for a character: itself, its decomposition, or its name in brackets."""
    if ord(character) in _glyphs() and character.isprintable():
        return character
    plain = unicodedata.normalize("NFKD", character)
    if plain != character and all(ord(one) in _glyphs() for one in plain):
        return plain
    if unicodedata.category(character).startswith("C"):  # controls, surrogates, unassigned
        return ""
    return f"[{unicodedata.name(character, f'U+{ord(character):04X}').lower().replace(' ', '-')}]"


def settable(word: str) -> str:
    """Return the word with every character a face of ours can set."""
    return word if is_latin(word) else "".join(map(_settable, word))


@lru_cache(maxsize=65536)
def width(word: str, face: str, size: float) -> float:
    """Return the width of a settable word in points."""
    return float(pdfmetrics.stringWidth(word, face, size))


def face_for(word: str, face: str) -> str:
    """Return the face that sets the word: the wished one, or the wide one."""
    if is_latin(word):
        return face
    _glyphs()
    return WIDE
