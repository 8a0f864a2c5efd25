"""Papers asked for by id, through the query API in batches."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from common.paperid import PaperId, parse
from fetcher.atom import QueryRefused
from fetcher.record import Record

BATCH = 100
NAMED = 20


class ByIds(Protocol):
    """Gives records of ids."""

    async def by_ids(self, ids: Sequence[PaperId]) -> tuple[Record, ...]:
        """Those that are known; raises QueryRefused."""


def parse_ids(texts: Iterable[str]) -> tuple[PaperId, ...]:
    """The ids, each once; raises UsageError for one that is none."""
    return tuple(dict.fromkeys(parse(text) for text in texts))


async def find(source: ByIds, ids: Sequence[PaperId]) -> tuple[list[Record], list[str]]:
    """The records found, and the ids that arXiv does not know (or that are not arXiv's)."""
    asked = [i for i in ids if i.scheme == "arxiv"]
    records: list[Record] = []
    for start in range(0, len(asked), BATCH):
        records += await _batch(source, asked[start : start + BATCH])
    found = {(r.paper, r.version) for r in records} | {(r.paper, None) for r in records}
    return records, [str(i) for i in ids if (i.key, i.version) not in found]


def unkept(missing: Sequence[str], failed: Mapping[str, str]) -> str:
    """Which papers that were asked for are not in the ledger now, and why; for people."""
    more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
    unknown = [f"arXiv does not know {', '.join(missing[:NAMED])}{more}"] if missing else []
    return "; ".join([*unknown, *(f"{paper}: {why}" for paper, why in failed.items())])


async def _batch(source: ByIds, batch: Sequence[PaperId]) -> Iterable[Record]:
    """One id arXiv calls malformed spoils its batch; then each is asked for alone."""
    try:
        return await source.by_ids(batch)
    except QueryRefused:
        if len(batch) == 1:
            return ()
    return [record for one in batch for record in await _batch(source, [one])]
