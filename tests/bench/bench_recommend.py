"""Recommendations against popularity and a TF-IDF SVM: ``make bench-recommend [DATA=DIR]``."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kept_vectors
import numpy as np
import recommend_index
import recommend_sets
from bench_folders import data_folder, say
from recommend_baselines import Popularity, TfidfSvm
from recommend_measures import DEPTH, ndcg, recall
from recommend_sets import Corpus, Person

from common.recommending.behaviour import NOBODY, Others
from common.recommending.likes import Likes
from common.recommending.recommender import Recommender
from common.settings import EmbedSettings, VectorsSettings, environment, load
from common.vectors import adapter

Best = Callable[[int, Person], list[str]]
SVM_C = (0.01, 0.1)


def measured(corpus: Corpus, users: int) -> Iterator[dict[str, Any]]:
    """A row for each method, on the same people."""
    chosen = corpus.measured(users)
    say(
        f"{corpus.name}: {len(corpus.papers)} papers, {len(corpus.people)} people of whom "
        f"{len(chosen)} are measured; {corpus.unknown} unknown papers left out"
    )
    if not chosen:
        return
    for name, best in _baselines(corpus):
        yield _row(corpus, chosen, name, best)
    others = Others(one.liked for one in corpus.people)
    behaviour = _Ours(corpus, others)
    yield _row(corpus, chosen, "behaviour", behaviour.alone, default=not corpus.texts)
    if corpus.texts:
        yield from _through_index(corpus, chosen, others)


def _baselines(corpus: Corpus) -> Iterator[tuple[str, Best]]:
    yield "popularity", Popularity(corpus).best
    svm = TfidfSvm(corpus)
    for c in SVM_C:
        yield f"tfidf-svm C={c}", svm.with_c(c)


def _through_index(corpus: Corpus, chosen: list[int], others: Others) -> Iterator[dict[str, Any]]:
    """The recommender over the real index: without the other people, and as it is."""
    texts = [paper.searched for paper in corpus.papers]
    rows = kept_vectors.vectors(texts, load(EmbedSettings, environment()))
    with recommend_index.filled(corpus.papers, rows) as url, asyncio.Runner() as runner:
        settings = VectorsSettings(qdrant_url=url)
        index = adapter.connect(settings, recommend_index.MODEL, rows.shape[1])
        ours = _Ours(corpus, others, Recommender(index), runner)
        runner.run(ours.recommender.background())
        yield _row(corpus, chosen, "text", ours.text)
        yield _row(corpus, chosen, "text and behaviour", ours.best, default=True)
        runner.run(index.close())


class _Ours:
    """Taste where there is one, and then what is popular."""

    def __init__(
        self,
        corpus: Corpus,
        others: Others,
        recommender: Any = None,
        runner: Any = None,
    ) -> None:
        self.recommender = recommender
        self._others = others
        self._runner = runner
        self._newest = [paper.id for paper in corpus.papers]

    def best(self, at: int, person: Person) -> list[str]:
        """All that is known."""
        return self._asked(person, self._others.but(at))

    def text(self, at: int, person: Person) -> list[str]:
        """As if there were nobody else."""
        return self._asked(person, NOBODY)

    def alone(self, at: int, person: Person) -> list[str]:
        """The other people alone."""
        others = self._others.but(at)
        found = [one.paper for one in others.suggested(person.liked, limit=DEPTH)]
        return self._filled(found, person, others)

    def _asked(self, person: Person, others: Others) -> list[str]:
        work = self.recommender.recommend(Likes(liked=person.liked), limit=DEPTH, others=others)
        found = [one.paper.paper for one in self._runner.run(work)]
        return self._filled(found, person, others)

    def _filled(self, found: list[str], person: Person, others: Others) -> list[str]:
        """A short list goes on with what is popular, as a newcomer's begins."""
        if len(found) >= DEPTH:
            return found
        counts = zip(others.papers, others.popularity.tolist(), strict=True)
        liked = sorted((pair for pair in counts if pair[1] > 0), key=lambda one: -one[1])
        rest = [*(paper for paper, _ in liked), *self._newest]
        known = set(person.liked)
        return list(dict.fromkeys((*found, *(one for one in rest if one not in known))))[:DEPTH]


def _row(
    corpus: Corpus, chosen: list[int], method: str, best: Best, *, default: bool = False
) -> dict[str, Any]:
    found, took = [], []
    for at in chosen:
        person = corpus.people[at]
        began = time.perf_counter()
        ranked = best(at, person)
        took.append((time.perf_counter() - began) * 1000)
        found.append((recall(ranked, person.hidden), ndcg(ranked, person.hidden)))
    recalls, gains = np.array(found).T
    say(f"{corpus.name} {method}: {recalls.mean():.4f} {gains.mean():.4f}")
    return {
        "set": corpus.name,
        "method": method,
        "default": default,
        "recall@20": round(float(recalls.mean()), 4),
        "ndcg@20": round(float(gains.mean()), 4),
        "ms_per_user": round(float(np.mean(took)), 1),
        "p99_ms": round(float(np.quantile(took, 0.99)), 1),
        "users": len(chosen),
    }


def corpora(options: argparse.Namespace) -> Iterator[Corpus]:
    """The sets that were asked for; those that are not there are told of."""
    if options.data:
        yield recommend_sets.folder(options.data)
        return
    shared = data_folder()
    records = shared / "arxiv" / "records.jsonl.gz"
    libraries = shared / "recsys" / "citeulike-a" / "users.dat"
    if libraries.exists():
        yield recommend_sets.citeulike(libraries)
    if records.exists():
        yield recommend_sets.authors(records, papers=options.papers)
    if not (records.exists() or libraries.exists()):
        print(f"nothing to measure on in {shared}; name a folder with DATA=DIR")


def main(arguments: list[str]) -> int:
    """Print one JSON object a line at the end."""
    parser = argparse.ArgumentParser(prog="make bench-recommend")
    parser.add_argument("--data", type=Path, help="a folder with corpus.jsonl and users.jsonl")
    parser.add_argument("--papers", type=int, default=0, help="take the first so many records")
    parser.add_argument("--users", type=int, default=100, help="measure at most so many people")
    options = parser.parse_args(arguments)
    rows = [row for corpus in corpora(options) for row in measured(corpus, options.users)]
    for row in rows:
        print(json.dumps(row))
    return 0 if rows else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
