"""Why a paper is recommended, in words. Pure."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from common import bm25
from common.bm25 import Sparse
from common.ranking.fusing import MEANING, WORDS, Standing
from common.recommending.likes import Likes

AUTHORS = "authors"
OTHERS = "others"
WORDS_NAMED = 3
_LONG_TITLE = 90
_AROUND = ".,;:()[]{}\"'“”‘’?!$"


class Evidence(NamedTuple):
    """What speaks for a paper, before it is put into words."""

    nearest: str = ""
    """The key of the liked paper it is nearest to; empty when that is not near."""
    title: str = ""
    """And its title."""
    words: tuple[str, ...] = ()
    """What it has in common with liked papers, the most telling first."""
    authors: tuple[tuple[str, int], ...] = ()
    """Its authors who wrote liked papers, and how many of these each."""
    people: int = 0
    """Other people who like it and a paper that one likes."""


def reason(evidence: Evidence, likes: Likes, standings: Sequence[Standing]) -> str:
    """One sentence: what counted most comes first, and one thing more."""
    share = {stood.name: stood.share for stood in standings}
    text = share.get(MEANING, 0.0) + share.get(WORDS, 0.0)
    said = [
        (share.get(AUTHORS, 0.0), _by(evidence, likes)),
        (share.get(OTHERS, 0.0), _others(evidence)),
        (text, _near(evidence, likes)),
        (share.get(WORDS, 0.0) / 2, _shares(evidence)),
    ]
    parts = [words for _, words in sorted(said, key=lambda one: -one[0]) if words][:2]
    if not parts:
        return "Like what you like"
    sentence = "; ".join(parts)
    return sentence[0].upper() + sentence[1:]


def telling(text: str, paper: Sparse, query: Sparse) -> tuple[str, ...]:
    """How ``text`` writes the words of a paper that the query asks for, the most telling first."""
    asked = dict(zip(query.indices, query.values, strict=True))
    common = (
        (asked[word] * value, word)
        for word, value in zip(paper.indices, paper.values, strict=True)
        if word in asked
    )
    wanted = {word: "" for _, word in sorted(common, reverse=True)[:WORDS_NAMED]}
    missing = set(wanted)
    for written in text.split():
        if not missing:
            break
        for index in missing.intersection(_indices(written)):
            bare = written.strip(_AROUND)
            wanted[index] = bare if bare[1:] != bare[1:].lower() else bare.lower()
            missing.discard(index)
    return tuple(dict.fromkeys(word for word in wanted.values() if word))


def written(authors: Sequence[str], liked: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Those authors who wrote liked papers, of most of them first; at most two."""
    known = [(name, liked[name]) for name in dict.fromkeys(authors) if name in liked]
    return tuple(sorted(known, key=lambda one: -one[1])[:2])


def _near(evidence: Evidence, likes: Likes) -> str:
    if not evidence.nearest:
        return ""
    title = evidence.title or evidence.nearest
    if len(title) > _LONG_TITLE:
        title = title[:_LONG_TITLE].rsplit(" ", 1)[0] + " …"
    return f"close to “{title}”, {_how(evidence.nearest, likes)}"


def _how(paper: str, likes: Likes) -> str:
    tags = likes.tags_of(paper)
    if tags:
        return f"which you tagged {tags[0]}"
    return "which is on your reading list" if paper in likes.kept else f"which you {likes.verb}"


def _shares(evidence: Evidence) -> str:
    return f"shares {', '.join(evidence.words)}" if evidence.words else ""


def _by(evidence: Evidence, likes: Likes) -> str:
    if not evidence.authors:
        return ""
    names = " and ".join(name for name, _ in evidence.authors)
    papers = evidence.authors[0][1]
    of = "a paper" if papers == 1 else f"{papers} papers"
    return f"by {names}, of {of} you {likes.verb}"


def _others(evidence: Evidence) -> str:
    if not evidence.people:
        return ""
    if evidence.people == 1:
        return "somebody who likes what you like likes it too"
    return f"{evidence.people} people who like what you like like it too"


@lru_cache(maxsize=50_000)
def _indices(written: str) -> frozenset[int]:
    return frozenset(bm25.query(written).indices)
