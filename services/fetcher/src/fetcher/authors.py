"""The author line of arXiv's raw records, taken apart into names."""

import re
from collections.abc import Iterator

_SEPARATOR = re.compile(r"\s*(?:,|;|&|\band\b)\s*")
_SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|iv|v|phd|ph\.d|md|m\.d)\.?$", re.IGNORECASE)
_MARK = re.compile(r"^(?:et\s+al\.?|\d+|\*|†|‡)$", re.IGNORECASE)
_COLLABORATION = re.compile(r"\s*:\s+|\s+(?=(?:for|on behalf of)\s+the\s)", re.IGNORECASE)


def split(line: str) -> list[str]:
    """Names in order, without affiliations; ``The X Collaboration: A. B`` gives both."""
    names: list[str] = []
    for piece in _pieces(without_affiliations(line)):
        if _SUFFIX.match(piece) and names:
            names[-1] = f"{names[-1]} {piece}"
        elif not _MARK.match(piece):
            names.append(piece)
    return names


def _pieces(line: str) -> Iterator[str]:
    for part in _COLLABORATION.split(line):
        for piece in _SEPARATOR.split(part):
            if name := re.sub(r"^(?:for|on behalf of)\s+", "", piece.strip(" .*~\t\n"), flags=re.I):
                yield _dotted(name, piece)


def _dotted(name: str, piece: str) -> str:
    """Give back the full stop of ``Jr.`` and of an initial at the end."""
    last = name.rpartition(" ")[2]
    ends = piece.rstrip().endswith(".")
    return f"{name}." if ends and (len(last) == 1 or _SUFFIX.match(last)) else name


def without_affiliations(line: str) -> str:
    """The line without anything in round brackets, nested ones too; a stray bracket ends there."""
    out: list[str] = []
    depth = 0
    for char in " ".join(line.split()):
        if char == "(":
            depth += 1
        elif char == ")":
            depth = max(depth - 1, 0)
        elif depth == 0:
            out.append(char)
    return "".join(out)


def from_parts(keyname: str, forenames: str, suffix: str) -> str:
    """``Forenames Keyname suffix`` out of the parts of arXiv's split format."""
    return " ".join(part.strip() for part in (forenames, keyname, suffix) if part.strip())
