"""Papers asked for by id."""

from collections.abc import Sequence

import pytest

from common.errors import UsageError
from common.paperid import PaperId
from fakes_fetcher import record
from fetcher.atom import QueryRefused
from fetcher.ids import find, parse_ids, unkept
from fetcher.record import Record


class Known:
    """Knows papers whose number is below 500; calls 0000 malformed."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    async def by_ids(self, ids: Sequence[PaperId]) -> tuple[Record, ...]:
        self.batches.append(len(ids))
        if any(i.key == "arxiv:2401.9999" for i in ids):
            raise QueryRefused("incorrect id format")
        return tuple(record(i.key, i.version or 2) for i in ids if int(i.key[-5:]) < 500)


async def test_batches_of_a_hundred() -> None:
    source = Known()
    wanted = parse_ids(f"2401.{n:05}" for n in range(1, 251))
    records, missing = await find(source, wanted)
    assert (len(records), missing, source.batches) == (250, [], [100, 100, 50])


async def test_unknown_and_foreign_ids_are_named() -> None:
    wanted = parse_ids(["2401.00001v1", "2401.00900", "10.1000/xyz"])
    records, missing = await find(Known(), wanted)
    assert [(r.paper, r.version) for r in records] == [("arxiv:2401.00001", 1)]
    assert missing == ["arxiv:2401.00900", "doi:10.1000/xyz"]


async def test_one_malformed_id_does_not_spoil_the_others() -> None:
    records, missing = await find(Known(), parse_ids(["2401.00001", "2401.9999", "2401.00002"]))
    assert [r.paper for r in records] == ["arxiv:2401.00001", "arxiv:2401.00002"]
    assert missing == ["arxiv:2401.9999"]


def test_ids_are_read_once_each() -> None:
    assert parse_ids(["2401.00001", "arXiv:2401.00001"]) == (PaperId("arxiv:2401.00001"),)
    with pytest.raises(UsageError, match="'x' is not a paper id"):
        parse_ids(["2401.00001", "x"])


def test_what_was_not_kept_is_said_with_its_ids() -> None:
    assert unkept([], {}) == ""
    assert unkept(["a", "b"], {"c": "too large"}) == "arXiv does not know a, b; c: too large"
    assert unkept([str(n) for n in range(25)], {}).endswith("18, 19 and 5 more")
