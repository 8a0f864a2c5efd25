"""Names of authors in the parts that bibliographies want. Pure."""

import re
from typing import NamedTuple

_MANY = re.compile(
    r"\b(?:collaborations?|consortium|team|group|institute|university|laboratory|network|project)\b",
    re.IGNORECASE,
)
_JUNIOR = re.compile(r"^(?:jr|sr|junior|senior|ii|iii|iv)\.?$", re.IGNORECASE)


class Name(NamedTuple):
    """A person; somebody who is no person has a ``family`` name alone and is ``whole``."""

    family: str
    given: str = ""
    particle: str = ""
    """Such as ``van der``; it stays with the family name."""
    suffix: str = ""
    """Such as ``Jr.``."""
    whole: bool = False

    @property
    def sorted(self) -> str:
        """``von Family, Jr., Given``, as BibTeX writes it."""
        family = f"{self.particle} {self.family}".strip()
        return ", ".join(part for part in (family, self.suffix, self.given) if part)

    @property
    def filed(self) -> str:
        """``von Family, Given, Jr.``, as other programs than BibTeX write it."""
        family = f"{self.particle} {self.family}".strip()
        return ", ".join(part for part in (family, self.given, self.suffix) if part)

    @property
    def shown(self) -> str:
        """``Given von Family Jr.``, as one says it."""
        parts = (self.given, self.particle, self.family, self.suffix)
        return " ".join(part for part in parts if part)


def name_of(text: str) -> Name:
    """The parts of ``Given von Family``, ``Family, Given`` or ``Family, Jr., Given``."""
    words = text.split()
    if _MANY.search(text) or not any(char.isalpha() for char in text):
        return Name(" ".join(words), whole=True)
    if "," in text:
        return _inverted([" ".join(part.split()) for part in text.split(",")])
    suffix = words.pop() if len(words) > 2 and _JUNIOR.match(words[-1]) else ""
    at = next((n for n, word in enumerate(words[:-1]) if n and word[:1].islower()), len(words) - 1)
    particle, family = _split(words[at:])
    return Name(family, " ".join(words[:at]), particle, suffix)


def _inverted(parts: list[str]) -> Name:
    parts = [part for part in parts if part]
    if not parts:
        return Name("", whole=True)
    if len(parts) > 2 and _JUNIOR.match(parts[1]):
        suffix = parts.pop(1)
    else:
        suffix = parts.pop() if len(parts) > 1 and _JUNIOR.match(parts[-1]) else ""
    particle, family = _split(parts[0].split())
    return Name(family, " ".join(parts[1:]), particle, suffix)


def _split(words: list[str]) -> tuple[str, str]:
    """The words in small letters that lead, and the rest; the last word is never one of them."""
    count = next((n for n, word in enumerate(words[:-1]) if not word[:1].islower()), None)
    count = max(0, len(words) - 1) if count is None else count
    return " ".join(words[:count]), " ".join(words[count:])
