"""When a followed run has ended."""

from typing import Any

from common.events import PaperAnnounced, PaperMeta
from common.jobwork import Following
from fakes_fetcher import FakeEntry, FakeRow
from fetcher.landing import landed


async def test_it_waits_for_the_rows_of_what_was_announced() -> None:
    following = Following("j")
    meta = PaperMeta(title="x")
    papers = [f"arxiv:2401.0000{n}" for n in range(3)]
    following.announced += [PaperAnnounced(paper=p, version=1, meta=meta) for p in papers]
    rows = {p: FakeRow(version=1) for p in papers}
    told: list[tuple[int, int, int]] = []

    async def read(paper: str, row: str) -> Any:
        told.append(following.look()[1:])
        states = {4: (papers[0], "done"), 8: (papers[1], "dead"), 10: (papers[2], "cancelled")}
        if len(told) in states:
            done, state = states[len(told)]
            rows[done] = FakeRow(version=1, state=state)
        return FakeEntry(rows[paper], 1)

    await landed(following, read, every_s=0.001)
    assert following.look()[1:] == (2, 3, 1)
    assert (0, 3, 0) in told
