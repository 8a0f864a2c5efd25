"""Titles and abstracts with TeX in them, as safe HTML."""

import re
from functools import lru_cache
from html import escape

from markupsafe import Markup
from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalkerParseError

from gateway.mathml import render

MAX_CHARS = 20_000
_MATH = re.compile(
    r"\$\$(?P<d>.+?)\$\$|(?<![\\$])\$(?P<i>(?:[^$\\]|\\.)+?)\$|\\\((?P<p>.+?)\\\)|\\\[(?P<b>.+?)\\\]",
    re.DOTALL,
)
_STYLED = re.compile(
    r"\\(?:emph|textit|textsl)\s*\{(?P<em>[^{}]*)\}|\\(?:textbf)\s*\{(?P<bf>[^{}]*)\}"
    r"|\\texttt\s*\{(?P<tt>[^{}]*)\}|\{\\(?:em|it|sl)\s+(?P<em2>[^{}]*)\}|\{\\bf\s+(?P<bf2>[^{}]*)\}"
)
_TAGS = {"em": "em", "em2": "em", "bf": "strong", "bf2": "strong", "tt": "code"}
_URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+[^\s<>\"{}|\\^`.,;:!?)\]']")
_PARAGRAPH = re.compile(r"\n\s*\n|\n {2,}")
_text = LatexNodes2Text(math_mode="verbatim", keep_comments=True, strict_latex_spaces=False)


@lru_cache(maxsize=4096)
def inline(text: str, *, block: bool = False) -> Markup:
    """One run of text as HTML; formulas are set apart only with ``block``."""
    parts: list[str] = []
    at = 0
    text = text[:MAX_CHARS]
    for found in _MATH.finditer(text):
        parts.append(_prose(text[at : found.start()]))
        source = found["d"] or found["i"] or found["p"] or found["b"] or ""
        shown = render(source, block=block and bool(found["d"] or found["b"]))
        parts.append(shown or f'<code class="tex">{escape(found[0])}</code>')
        at = found.end()
    parts.append(_prose(text[at:]))
    return Markup("".join(parts))


@lru_cache(maxsize=2048)
def paragraphs(text: str) -> Markup:
    """A text of several paragraphs as HTML, addresses in it as links."""
    found = [part for part in _PARAGRAPH.split(text.strip()[:MAX_CHARS]) if part.strip()]
    shown = (_linked(inline(" ".join(part.split()), block=True)) for part in found)
    return Markup("").join(Markup("<p>%s</p>") % part for part in shown)


def plain(text: str) -> str:
    """The text without TeX commands, formulas as their source: for titles of windows."""
    return _to_text(text)


def _prose(text: str) -> str:
    parts: list[str] = []
    at = 0
    for found in _STYLED.finditer(text):
        parts.append(escape(_to_text(text[at : found.start()])))
        name = found.lastgroup or "em"
        tag = _TAGS[name]
        parts.append(f"<{tag}>{escape(_to_text(found[name]))}</{tag}>")
        at = found.end()
    parts.append(escape(_to_text(text[at:])))
    return "".join(parts)


def _to_text(text: str) -> str:
    """Accents and text commands as characters; spaces at the ends are kept."""
    if "\\" in text or "{" in text:
        body = text.strip()
        try:
            changed = _text.latex_to_text(body) if body else body
        except (LatexWalkerParseError, RecursionError, ValueError, IndexError, AttributeError):
            changed = body
        head = text[: len(text) - len(text.lstrip())]
        tail = text[len(text.rstrip()) :] if body else ""
        text = head + changed + tail
    return (
        text.replace("---", "—")
        .replace("--", "–")
        .replace("``", "“")
        .replace("''", "”")
        .replace("~", "\u00a0")
    )


def _linked(html: Markup) -> Markup:
    def link(found: re.Match[str]) -> str:
        address = found[0]
        return f'<a href="{address}" rel="noopener noreferrer nofollow">{address}</a>'

    # The text is escaped already, so an address can hold neither quotes nor angle brackets.
    return Markup(_URL.sub(link, str(html)))
