"""TeX as text that reads well in any mail program."""

import re
from functools import lru_cache

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalkerParseError

_UP = str.maketrans("0123456789+-=()nij", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱʲ")
_DOWN = str.maketrans("0123456789+-=()aeijknmt", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₙₘₜ")
_RAISED = re.compile(r"\^([0-9]+|[nij](?![A-Za-z])|\{[0-9+\-=()nij]{1,6}\})")
_LOWERED = re.compile(r"_([0-9]+|[aeijknmt](?![A-Za-z])|\{[0-9+\-=()aeijknmt]{1,6}\})")
_OPERATOR = re.compile(
    r"(\\(?:log|ln|exp|sin|cos|tan|max|min|sup|inf|lim|det|dim|ker|deg|gcd|arg|Pr)) +(?=\w|\\)"
)
_BRACED = re.compile(r"([\^_])\{([^{}]*)\}")
_SPACING = re.compile(r"\\[,;:!]|\\ ")
_converter = LatexNodes2Text(math_mode="with-delimiters", keep_comments=True)
_formula = LatexNodes2Text(math_mode="text", keep_comments=True)
_MATHS = re.compile(r"\$\$?((?:[^$\\]|\\.)+)\$\$?", re.DOTALL)


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """The text with formulas in Unicode where it has the signs; unknown TeX stays readable."""
    if not any(sign in text for sign in "\\$^{"):
        return text
    parts, at = [], 0
    for found in _MATHS.finditer(text):
        parts.append(_words(text[at : found.start()]))
        parts.append(_maths(found[1]))
        at = found.end()
    parts.append(_words(text[at:]))
    return "".join(parts).strip()


def _words(text: str) -> str:
    return _converted(_converter, text)


def _maths(source: str) -> str:
    # Braces of scripts would be lost by the conversion, and with them what belongs together.
    kept = _BRACED.sub(lambda m: f"{m[1]}\\{{{m[2]}\\}}" if m[2] else m[0], source)
    kept = _OPERATOR.sub(r"\1{} ", kept)
    shown = _converted(_formula, _SPACING.sub(" ", kept)).strip()
    shown = _RAISED.sub(lambda m: m[1].strip("{}").translate(_UP), shown)
    shown = _LOWERED.sub(lambda m: m[1].strip("{}").translate(_DOWN), shown)
    return re.sub(r"\s+", " ", _BRACED.sub(r"\1(\2)", shown))


def _converted(converter: LatexNodes2Text, text: str) -> str:
    if "\\" not in text and "{" not in text:
        return text
    try:
        converted: str = converter.latex_to_text(text)
    except (LatexWalkerParseError, ValueError, IndexError, RecursionError):
        return text
    lead = text[: len(text) - len(text.lstrip())]
    return lead + converted.strip() + text[len(text.rstrip()) :]
