"""One formula from TeX to MathML, rebuilt from an allow list of elements and attributes.

latex2mathml does not escape text and passes \\href, \\style and \\class on, so its tree is never
serialised by itself.
"""

import re
from functools import lru_cache
from html import escape, unescape
from typing import Any

from latex2mathml import exceptions
from latex2mathml.converter import convert_to_element

MAX_CHARS = 1500
PARSER_ERRORS = tuple(
    found
    for found in vars(exceptions).values()
    if isinstance(found, type) and issubclass(found, Exception)
)
MAX_NODES = 3000
_REFUSED = re.compile(
    r"\\(?:def|edef|gdef|xdef|let|newcommand|renewcommand|providecommand|newenvironment|input|"
    r"include|href|url|style|class|cssId|html\w*|unicode|csname|loop|write|read)\b"
)
_ELEMENTS = frozenset(
    """
    math mrow mi mn mo mtext ms mspace mfrac msqrt mroot msub msup msubsup munder mover
    munderover mmultiscripts mprescripts none mtable mtr mtd mstyle mpadded mphantom menclose
    merror semantics
    """.split()  # noqa: SIM905 - so many quoted words are harder to read
)
_ATTRIBUTES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "stretchy": "true|false",
        "fence": "true|false",
        "separator": "true|false",
        "movablelimits": "true|false",
        "accent": "true|false",
        "accentunder": "true|false",
        "largeop": "true|false",
        "symmetric": "true|false",
        "displaystyle": "true|false",
        "scriptlevel": r"[+-]?\d",
        "mathvariant": "[a-z-]{1,24}",
        "form": "prefix|infix|postfix",
        "linethickness": r"0|\d(?:\.\d+)?(?:px|pt|em|ex)",
        "lspace": r"-?\d{1,2}(?:\.\d+)?(?:em|ex|px|pt)",
        "rspace": r"-?\d{1,2}(?:\.\d+)?(?:em|ex|px|pt)",
        "width": r"-?\d{1,2}(?:\.\d+)?(?:em|ex|px|pt)",
        "minsize": r"\d(?:\.\d+)?(?:em|ex)?",
        "maxsize": r"\d(?:\.\d+)?(?:em|ex)?",
        "columnalign": "(?:left|right|center| )+",
        "notation": "[a-z ]{1,40}",
    }.items()
}
_OWN_SPELLING = {r"\lt": "<", r"\gt": ">", r"\nonumber": "", r"\notag": ""}


class Unshowable(ValueError):
    """The formula uses something that cannot be shown; its source is."""


@lru_cache(maxsize=4096)
def render(source: str, *, block: bool = False) -> str:
    """MathML of a formula, or empty when it has to be shown as source."""
    source = source.strip()
    if not source or len(source) > MAX_CHARS or _REFUSED.search(source):
        return ""
    try:
        tree = convert_to_element(source)
        budget = [MAX_NODES]
        inner = "".join(_element(child, budget) for child in tree)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, StopIteration):
        return ""
    except (RecursionError, RuntimeError, AssertionError):
        return ""
    except PARSER_ERRORS:
        return ""
    display = ' display="block"' if block else ""
    told = f'<annotation encoding="application/x-tex">{escape(source)}</annotation>'
    return f"<math{display}><semantics>{inner}{told}</semantics></math>"


def _element(node: Any, budget: list[int]) -> str:
    budget[0] -= 1
    if budget[0] < 0 or node.tag not in _ELEMENTS:
        raise Unshowable(str(node.tag))
    text = unescape(node.text or "")
    if node.tag in ("mi", "mo") and text.startswith("\\"):
        text = _own(text)
    attributes = "".join(
        f' {name}="{escape(value)}"'
        for name, value in node.attrib.items()
        if name in _ATTRIBUTES and _ATTRIBUTES[name].fullmatch(value)
    )
    children = "".join(_element(child, budget) for child in node)
    return f"<{node.tag}{attributes}>{escape(text)}{children}</{node.tag}>"


def _own(command: str) -> str:
    if command not in _OWN_SPELLING:
        raise Unshowable(command)
    return _OWN_SPELLING[command]
