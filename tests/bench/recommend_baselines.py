"""What existing systems do: the most popular, and a linear SVM on TF-IDF, trained per person."""

import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from recommend_measures import DEPTH
from recommend_sets import Corpus, Person
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.exceptions import ConvergenceWarning  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer  # type: ignore[import-untyped]
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

SMALL = 1000
"""Papers of a corpus in which rare and frequent words are all there are."""


class Popularity:
    """What most of the other people like."""

    def __init__(self, corpus: Corpus) -> None:
        self._counts = Counter(paper for one in corpus.people for paper in one.liked)
        self._ids = [paper.id for paper in corpus.papers]

    def best(self, at: int, person: Person) -> list[str]:
        """The first papers, those of equal count in the order of the corpus."""
        known = set(person.liked)
        ranked = sorted(self._ids, key=lambda paper: -self._counts[paper])
        return [paper for paper in ranked if paper not in known][:DEPTH]


class TfidfSvm:
    """As arxiv-sanity: title, abstract and authors; without texts, the people who like a paper."""

    def __init__(self, corpus: Corpus) -> None:
        self._ids = [paper.id for paper in corpus.papers]
        self._row = {paper: at for at, paper in enumerate(self._ids)}
        self._texts = corpus.texts
        self._features: Any = _words(corpus) if corpus.texts else _people(corpus, self._row)

    def with_c(self, c: float) -> Callable[[int, Person], list[str]]:
        """The method with one strength of regularisation."""
        return lambda at, person: self._best(at, person, c)

    def _best(self, at: int, person: Person, c: float) -> list[str]:
        """Positives are the liked papers, negatives all others."""
        features = self._features if self._texts else _without(self._features, at)
        liked = [self._row[paper] for paper in person.liked]
        wanted = np.zeros(len(self._ids))
        wanted[liked] = 1
        if wanted.all():
            return []
        model = LinearSVC(class_weight="balanced", C=c, max_iter=10_000, tol=1e-3, random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(features, wanted)
        scores = model.decision_function(features)
        scores[liked] = -np.inf
        order = np.argsort(-scores, kind="stable")[:DEPTH]
        return [self._ids[one] for one in order if np.isfinite(scores[one])]


def _words(corpus: Corpus) -> Any:
    texts = [f"{paper.title} {paper.text} {' '.join(paper.authors)}" for paper in corpus.papers]
    if len(texts) >= SMALL:
        return _vectorizer(min_df=5, max_df=0.1).fit_transform(texts)
    return _vectorizer(min_df=1, max_df=1.0).fit_transform([*texts, "word"])[:-1]


def _vectorizer(min_df: int, max_df: float) -> Any:
    return TfidfVectorizer(
        ngram_range=(1, 2),
        max_features=20_000,
        min_df=min_df,
        max_df=max_df,
        sublinear_tf=True,
        strip_accents="unicode",
        stop_words="english",
        token_pattern=r"(?u)\b[a-zA-Z_][a-zA-Z0-9_]+\b",
        dtype=np.float32,
    )


def _people(corpus: Corpus, row: dict[str, int]) -> Any:
    pairs = [(row[paper], at) for at, one in enumerate(corpus.people) for paper in one.liked]
    rows, columns = np.array(pairs).T
    shape = (len(row), len(corpus.people))
    return sparse.csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=shape)


def _without(features: Any, at: int) -> Any:
    kept = np.ones(features.shape[1])
    kept[at] = 0
    return TfidfTransformer(sublinear_tf=True).fit_transform(features @ sparse.diags(kept))
