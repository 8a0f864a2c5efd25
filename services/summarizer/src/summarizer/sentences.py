"""Sentences of scientific prose."""

import re

_ABBREVIATIONS = frozenset(
    [
        *("al", "approx", "ca", "cf", "ch", "cor", "def", "dr", "e.g", "ed", "eds", "eq", "eqs"),
        *("etc", "fig", "figs", "i.e", "incl", "jr", "lem", "mr", "mrs", "ms", "no", "nos", "p"),
        *("pp", "prof", "prop", "ref", "refs", "resp", "sec", "secs", "st", "tab", "thm", "vol"),
        *("viz", "vs", "w.r.t"),
    ]
)
_STOP = re.compile(r"([.!?])([\"'”’)\]]*)\s+(?=[\"'“‘(\[\\$]*[A-Z0-9\\$])")
_BLANKS = re.compile(r"\s+")


def sentences(text: str) -> list[str]:
    """The sentences of ``text`` in order, blanks collapsed; maths and abbreviations stay whole."""
    flat = _BLANKS.sub(" ", text).strip()
    found, start = [], 0
    for match in _STOP.finditer(flat):
        if _ends(flat[start : match.start()], match[1]):
            found.append(flat[start : match.end(2)].strip())
            start = match.end()
    found.append(flat[start:].strip())
    return [sentence for sentence in found if sentence]


def _ends(before: str, stop: str) -> bool:
    """Whether ``stop`` after ``before`` ends a sentence."""
    if (before.count("$") - before.count("\\$")) % 2:
        return False
    if stop != ".":
        return True
    word = before.rpartition(" ")[2].lstrip("([\"'“‘$")
    initial = len(word) == 1 and word.isupper()
    return not initial and word.lower() not in _ABBREVIATIONS
