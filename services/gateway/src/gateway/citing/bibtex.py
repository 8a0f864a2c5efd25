"""BibTeX entries: texts escaped, accents and formulas kept, nothing a source has not said. Pure."""

import re

from gateway.citing.keys import key_of
from gateway.citing.names import Name
from gateway.citing.source import Piece, pieces
from gateway.citing.work import Work

ESCAPED = {c: f"\\{c}" for c in "&%$#_"} | {
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # \{ is a brace to BibTeX, which counts them all
    "}": r"\textbraceright{}",
}
_CAPITALS = re.compile(r"\b\w*[A-Z]\w*[A-Z]\w*\b|(?<=\s)[A-Z]\b")
_AND = re.compile(r"\band\b", re.IGNORECASE)
_VERBATIM = {"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"}


def entry(work: Work) -> str:
    """One entry, which ends with a line break."""
    fields = {
        "title": title(work.title),
        "author": " and ".join(_authors(work)),
        "year": str(work.day.year or ""),
    }
    if work.eprint:
        fields |= {
            "eprint": work.eprint,
            "archivePrefix": "arXiv",
            "primaryClass": work.categories[0] if work.categories else "",
        }
    fields |= {
        "url": _verbatim(work.url),
        "journal": text(work.journal),
        "doi": _verbatim(work.doi),
    }
    kind = "article" if work.journal else "misc"
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{kind}{{{key_of(work)},\n" + ",\n".join(lines) + "\n}\n"


def text(words: str) -> str:
    """Words with what TeX would take for its own escaped; its accents and formulas stay."""
    return "".join(_written(one) for one in pieces(words))


def title(words: str) -> str:
    """The same with its capitals kept in any style."""
    return "".join(
        _kept(one.text) if one.kind == "text" else _written(one) for one in pieces(words)
    )


def _written(piece: Piece) -> str:
    if piece.kind in ("text", "escaped"):
        return _escaped(piece.text)
    return piece.text if piece.kind == "math" else f"{{{piece.text}}}"


def _kept(part: str) -> str:
    words, at = [], 0
    for found in _CAPITALS.finditer(part):
        words += [_escaped(part[at : found.start()]), f"{{{_escaped(found[0])}}}"]
        at = found.end()
    return "".join([*words, _escaped(part[at:])])


def _escaped(words: str) -> str:
    return "".join(ESCAPED.get(char, char) for char in words)


def _authors(work: Work) -> list[str]:
    shown = [_author(name) for name in work.names if name.family]
    return [*shown, "others"] if work.more_authors else shown


def _author(name: Name) -> str:
    """``von Family, Jr., Given``; in braces what BibTeX would take apart."""
    if name.whole:
        return f"{{{text(name.family)}}}"
    return ", ".join(_part(part) for part in name.sorted.split(", "))


def _part(words: str) -> str:
    return f"{{{text(words)}}}" if _AND.search(words) else text(words)


def _verbatim(address: str) -> str:
    """An address as it is, but for what would end the field."""
    return "".join(_VERBATIM.get(char, char) for char in address)
