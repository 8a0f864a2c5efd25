"""BibTeX entries: stable keys, plain ASCII keys, and nothing a source has not said."""

import re
import unicodedata

from common.events import PaperMeta
from common.paperid import PaperId
from gateway.ports import Card

_ESCAPED = {c: f"\\{c}" for c in "&%$#_"} | {
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_STOP = frozenset(("a", "an", "the", "on", "of", "for", "in", "to", "and", "is", "are", "with"))
_CAPITALS = re.compile(r"\b\w*[A-Z]\w*[A-Z]\w*\b|(?<=\s)[A-Z]\b")
_MATH = re.compile(r"(\$[^$]*\$)")


class Keys:
    """Keys of one file: the second of the same gets an ``a``, and so on."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def of(self, card: Card, year: str) -> str:
        """First author, year and first word of the title, in ASCII."""
        words = [w for w in map(_plain, card.title.split()) if w and w not in _STOP]
        author = _plain(_family(card.authors[0])) if card.authors else "anonymous"
        key = f"{author or 'anonymous'}{year}{words[0] if words else 'untitled'}"
        count = self._seen.get(key, 0)
        self._seen[key] = count + 1
        return key + _letters(count)


def entry(card: Card, meta: PaperMeta | None, keys: Keys) -> str:
    """One entry; with ``meta`` also what only the source's record says."""
    paper = PaperId(card.paper)
    year = ((meta.submitted if meta else "") or card.submitted or card.announced)[:4]
    authors = (meta.authors if meta else ()) or card.authors
    fields = {
        "title": _protected(card.title),
        "author": " and ".join(map(_text, authors)),
        "year": year,
    }
    if paper.scheme == "arxiv":
        fields |= {
            "eprint": paper.local,
            "archivePrefix": "arXiv",
            "primaryClass": card.categories[0] if card.categories else "",
            "url": f"https://arxiv.org/abs/{paper.local}",
        }
    journal = meta.journal_ref if meta else ""
    doi = (meta.doi if meta else "") or (paper.local if paper.scheme == "doi" else "")
    fields |= {"journal": _text(journal), "doi": doi}
    kind = "article" if journal else "misc"
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{kind}{{{keys.of(card, year)},\n" + ",\n".join(lines) + "\n}\n"


def _text(words: str) -> str:
    """Words with what BibTeX would take for its own escaped; braces are dropped."""
    clean = words.replace("\\", "").replace("{", "").replace("}", "").replace("\n", " ")
    return "".join(_ESCAPED.get(char, char) for char in clean)


def _protected(title: str) -> str:
    """The title with its formulas as they are and its capitals kept."""
    parts = _MATH.split(" ".join(title.split()))
    return "".join(
        part if n % 2 and part.count("{") == part.count("}") else _kept(part)
        for n, part in enumerate(parts)
    )


def _kept(part: str) -> str:
    return _CAPITALS.sub(lambda found: f"{{{found[0]}}}", _text(part))


def _family(name: str) -> str:
    before, comma, _ = name.partition(",")
    return before if comma else (name.split() or [""])[-1]


def _plain(word: str) -> str:
    flat = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", flat.lower())


def _letters(count: int) -> str:
    letters = ""
    while count:
        count, rest = divmod(count - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters
