"""Judged queries in the layout of BEIR: corpus.jsonl, queries.jsonl, qrels/*.tsv.

https://github.com/beir-cellar/beir/wiki/Load-your-custom-dataset
"""

import csv
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

Gains = Mapping[str, int]


class Document(NamedTuple):
    """One paper of the corpus."""

    id: str
    title: str
    text: str


class Judged(NamedTuple):
    """A query and the documents that answer it."""

    id: str
    text: str
    gains: Gains
    """Document to how well it answers, above 0."""


class JudgedSet(NamedTuple):
    """A corpus and its queries; those nobody judged are left out."""

    name: str
    documents: list[Document]
    queries: list[Judged]


def folders(data: Path) -> list[Path]:
    """The folder itself, or those in it that hold a set; raises SystemExit naming the mend."""
    if (data / "corpus.jsonl").is_file():
        return [data]
    found = sorted(one.parent for one in data.glob("*/corpus.jsonl"))
    if not found:
        raise SystemExit(
            f"{data} holds no corpus.jsonl, and no folder in it does; give a folder in BEIR "
            "layout (corpus.jsonl, queries.jsonl, qrels/*.tsv) with DATA=DIR"
        )
    return found


def load(folder: Path) -> JudgedSet:
    """The set in a folder; several judgements of one pair count as the best of them."""
    documents = [
        Document(str(row["_id"]), row.get("title") or "", row.get("text") or "")
        for row in _rows(folder / "corpus.jsonl")
    ]
    gains: dict[str, dict[str, int]] = {}
    for query, document, gain in _judgements(folder):
        if gain > 0:
            of_query = gains.setdefault(query, {})
            of_query[document] = max(gain, of_query.get(document, 0))
    queries = [
        Judged(str(row["_id"]), row.get("text") or "", gains[str(row["_id"])])
        for row in _rows(folder / "queries.jsonl")
        if str(row["_id"]) in gains and (row.get("text") or "").strip()
    ]
    return JudgedSet(folder.resolve().name, documents, queries)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _judgements(folder: Path) -> Iterator[tuple[str, str, int]]:
    """Query, document, gain; of BEIR's splits only test is used where there is one."""
    files = sorted((folder / "qrels").glob("*.tsv"))
    test = [file for file in files if file.stem == "test"]
    for file in test or files:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.reader(lines, delimiter="\t"):
                if len(row) >= 3 and _is_number(row[-1]):
                    yield row[0], row[-2], int(float(row[-1]))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


class Quality(NamedTuple):
    """Means over all queries of a set."""

    ndcg_at_10: float
    recall_at_100: float


def quality(queries: Iterable[Judged], found: Mapping[str, Sequence[str]]) -> Quality:
    """How good the documents found for each query are; a query itself is no answer to it."""
    ndcg, recall = [], []
    for query in queries:
        gains = {one: gain for one, gain in query.gains.items() if one != query.id}
        if not gains:
            continue
        best = [one for one in found.get(query.id, ()) if one != query.id]
        ndcg.append(ndcg_at(best, gains, 10))
        recall.append(sum(one in gains for one in best[:100]) / len(gains))
    return Quality(_mean(ndcg), _mean(recall))


def ndcg_at(best: Sequence[str], gains: Gains, depth: int) -> float:
    """Discounted gain of the first ``depth`` against the best there is; linear, as trec_eval."""
    ideal = sorted(gains.values(), reverse=True)[:depth]
    reached = [gains.get(one, 0) for one in best[:depth]]
    return _discounted(reached) / _discounted(ideal)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(at + 2) for at, gain in enumerate(gains))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
