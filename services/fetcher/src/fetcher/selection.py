"""Which papers a feed wants, and which OAI-PMH sets hold them."""

import re
from collections.abc import Iterable

import msgspec

from common.events import PaperMeta

CATEGORY_PATTERN = re.compile(r"^(?:\*|[a-z]+(?:-[a-z]+)*(?:\.(?:\*|[A-Za-z]{2}|[a-z-]{3,12}))?)$")
_PHYSICS = frozenset(
    (
        "astro-ph", "cond-mat", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math-ph",
        "nlin", "nucl-ex", "nucl-th", "physics", "quant-ph",
    )
)  # fmt: skip
_WHOLE_ARCHIVE_FROM = 3  # categories of one archive: fewer requests, filtered here instead


class Keywords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whole words or phrases in title or abstract, whatever their case."""

    must: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


def wants_category(patterns: Iterable[str], categories: Iterable[str]) -> bool:
    """Whether one of the categories fits one of the patterns."""
    wanted = tuple(patterns)
    return any(_fits(pattern, category) for category in categories for pattern in wanted)


def _fits(pattern: str, category: str) -> bool:
    if pattern == "*":
        return True
    archive, dot, rest = pattern.partition(".")
    if dot and rest == "*":
        return category == archive or category.startswith(f"{archive}.")
    return category == pattern


def wants_words(keywords: Keywords, meta: PaperMeta) -> bool:
    """Whether title and abstract have all of ``must``, one of ``any`` and nothing of ``none``."""
    text = f"{meta.title}\n{meta.abstract}"
    return (
        all(_has(text, word) for word in keywords.must)
        and (not keywords.any or any(_has(text, word) for word in keywords.any))
        and not any(_has(text, word) for word in keywords.none)
    )


def _has(text: str, phrase: str) -> bool:
    body = r"\s+".join(re.escape(word) for word in phrase.split())
    return re.search(rf"(?<!\w){body}(?!\w)", text, re.IGNORECASE) is not None


def list_names(patterns: Iterable[str]) -> tuple[str, ...]:
    """The categories and archives to ask arXiv's list of the day for; none for ``*``."""
    wanted = tuple(dict.fromkeys(patterns))
    return () if "*" in wanted else tuple(pattern.removesuffix(".*") for pattern in wanted)


def oai_sets(patterns: Iterable[str]) -> tuple[str, ...]:
    """The fewest sets that hold all wanted categories; ``("",)`` is the whole of arXiv."""
    wanted = tuple(dict.fromkeys(patterns))
    if "*" in wanted:
        return ("",)
    archives: dict[str, list[str]] = {}
    for pattern in wanted:
        archive, _, rest = pattern.partition(".")
        archives.setdefault(archive, []).append(rest)
    sets: list[str] = []
    for archive, parts in archives.items():
        whole = "*" in parts or "" in parts or len(parts) >= _WHOLE_ARCHIVE_FROM
        sets += [_set_of(archive)] if whole else [f"{_archive_path(archive)}:{p}" for p in parts]
    return tuple(sets)


def _set_of(archive: str) -> str:
    return f"physics:{archive}" if archive in _PHYSICS else archive


def _archive_path(archive: str) -> str:
    """``cs:cs``, ``physics:astro-ph``: group and archive, as in ``cs:cs:AI``."""
    return f"physics:{archive}" if archive in _PHYSICS else f"{archive}:{archive}"
