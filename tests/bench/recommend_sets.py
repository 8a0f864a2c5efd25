"""Papers and people to recommend to: a folder, authors of real records, or citeulike-a."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

LEAST, MOST = 8, 60
"""Papers of an author who stands for a person: fewer say little, more are several persons."""
HIDDEN = 0.3
"""The part of what a person of citeulike-a likes that is hidden."""


class Paper(NamedTuple):
    """What a corpus says of a paper; any text may be empty."""

    id: str
    title: str = ""
    text: str = ""
    authors: tuple[str, ...] = ()

    @property
    def searched(self) -> str:
        """Title and text, as the index takes them."""
        return f"{self.title}\n{self.text}".strip()


class Person(NamedTuple):
    """Likes to learn from and likes to find again."""

    user: str
    liked: tuple[str, ...]
    hidden: tuple[str, ...]


class Corpus(NamedTuple):
    """A set to measure on; only people with hidden papers are measured."""

    name: str
    papers: list[Paper]
    people: list[Person]
    unknown: int = 0
    """Papers named by people that are not in the corpus."""

    @property
    def texts(self) -> bool:
        """Whether there is anything to read."""
        return any(paper.searched for paper in self.papers)

    def measured(self, count: int) -> list[int]:
        """Which of the people, a sample that is always the same."""
        able = [at for at, one in enumerate(self.people) if one.hidden and one.liked]
        if len(able) <= count:
            return able
        return sorted(np.random.default_rng(5).choice(able, count, replace=False).tolist())


def folder(path: Path) -> Corpus:
    """``corpus.jsonl`` and ``users.jsonl``; what is unknown is left out and counted."""
    papers = [_paper(row) for row in _rows(path / "corpus.jsonl")]
    known = {paper.id for paper in papers}
    people: list[Person] = []
    unknown = 0
    for row in _rows(path / "users.jsonl"):
        liked = list(dict.fromkeys(str(one) for one in row.get("liked") or ()))
        hidden = [str(one) for one in dict.fromkeys(row.get("hidden") or ())]
        unknown += sum(one not in known for one in (*liked, *hidden))
        kept = tuple(one for one in liked if one in known)
        sought = tuple(one for one in hidden if one in known and one not in set(kept))
        people.append(Person(str(row.get("user", len(people))), kept, sought))
    return Corpus(path.resolve().name, papers, people, unknown)


def authors(path: Path, *, papers: int = 0, count: int = 250) -> Corpus:
    """Authors of records stand for people: half of their papers are liked, half hidden.

    Their own names are taken out of the records, for every method alike.
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][: papers or None]
    written: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for name in dict.fromkeys(row["authors"]):
            written[name].append(row["id"])
    able = sorted(name for name, ids in written.items() if LEAST <= len(ids) <= MOST)
    chance = np.random.default_rng(1)
    chosen = [able[at] for at in chance.permutation(len(able))[:count]]
    people = [_halved(name, written[name], chance, 0.5) for name in chosen]
    gone = set(chosen)
    return Corpus("arxiv-authors", [_record(row, gone) for row in rows], people)


def citeulike(path: Path) -> Corpus:
    """People and the papers in their libraries, which are numbers without texts."""
    chance = np.random.default_rng(2)
    lines = path.read_text(encoding="utf-8").splitlines()
    people = [
        _halved(str(at), line.split()[1:], chance, HIDDEN) for at, line in enumerate(lines) if line
    ]
    ids = {paper for one in people for paper in (*one.liked, *one.hidden)}
    return Corpus("citeulike-a", [Paper(one) for one in sorted(ids, key=int)], people)


def _halved(user: str, papers: Sequence[str], chance: np.random.Generator, share: float) -> Person:
    mixed = [papers[at] for at in chance.permutation(len(papers))]
    out = max(1, round(len(mixed) * share)) if len(mixed) > 1 else 0
    return Person(user, tuple(mixed[out:]), tuple(mixed[:out]))


def _record(row: dict[str, Any], gone: set[str]) -> Paper:
    named = tuple(name for name in row["authors"] if name not in gone)
    return Paper(row["id"], row["title"], row["abstract"], named)


def _paper(row: dict[str, Any]) -> Paper:
    named = row.get("authors") or ()
    if isinstance(named, str):
        named = [part.strip() for part in named.replace(";", ",").split(",")]
    return Paper(
        str(row["_id"]),
        str(row.get("title") or ""),
        str(row.get("text") or row.get("abstract") or ""),
        tuple(str(name) for name in named if name),
    )


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)
