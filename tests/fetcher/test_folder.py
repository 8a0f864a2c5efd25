"""Folder feeds from file to announcement."""

import asyncio
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from common.errors import Unavailable
from common.events import ObjectRef
from fakes_fetcher import FakeLedger, FakeObjects
from fetcher.announce import LedgerAnnouncer
from fetcher.feeds import FolderFeed
from fetcher.folder import FolderRules, FolderRun
from fetcher.memory import MemoryKv
from fetcher.tally import Tally

NOW = datetime(2026, 7, 14, 12, tzinfo=UTC)
PDF = b"%PDF-1.7\n/Title (A worthy title)\n%%EOF\n"


class Desk:
    def __init__(self, folder: Path, *, objects: FakeObjects | None = None) -> None:
        self.folder = folder
        self.ledger, self.objects, self.kv = FakeLedger(), objects or FakeObjects(), MemoryKv()
        self.feed = FolderFeed(name="inbox", path=str(folder), licence="CC-BY")
        rules = FolderRules(max_bytes=1000, settle_s=0)
        announcer = LedgerAnnouncer(self.ledger)
        self.run_ = FolderRun(announcer, self.objects, self.kv, rules=rules, now=lambda: NOW)

    def put(self, name: str, body: bytes = PDF) -> None:
        path = self.folder / name
        path.write_bytes(body)
        os.utime(path, (0, 0))

    async def run(self, *, limit: int = 0) -> Tally:
        tally = Tally(limit=limit)
        await self.run_.run(self.feed, tally)
        return tally

    def tree(self) -> list[str]:
        return sorted(
            str(p.relative_to(self.folder)) for p in self.folder.rglob("*") if p.is_file()
        )


async def test_a_file_becomes_a_paper(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("x.pdf")
    tally = await desk.run()
    assert (tally.counts.seen, tally.counts.new) == (1, 1)
    (event,) = desk.ledger.announced
    assert event.paper == f"upload:{hashlib.sha256(PDF).hexdigest()}"
    assert event.pdf is not None
    assert desk.objects.bodies[event.pdf.key] == PDF
    assert (event.meta.title, event.meta.licence, event.meta.feeds) == (
        "A worthy title",
        "CC-BY",
        ("inbox",),
    )
    assert desk.tree() == ["processed/x.pdf"]


async def test_the_same_bytes_are_had_whatever_their_name(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("x.pdf")
    await desk.run()
    desk.put("y.pdf")
    desk.put("y.json", b'{"doi": "10.1000/other"}')
    assert (await desk.run()).counts.had == 1
    assert len(desk.ledger.announced) == 1
    assert desk.tree() == ["processed/x.pdf", "processed/y.json", "processed/y.pdf"]


async def test_a_changed_file_of_the_same_work_is_a_new_version(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for body in (PDF, PDF + b"changed"):
        desk.put("x.pdf", body)
        desk.put("x.json", b'{"doi": "10.1000/x"}')
        await desk.run()
    assert [(e.paper, e.version) for e in desk.ledger.announced] == [
        ("doi:10.1000/x", 1),
        ("doi:10.1000/x", 2),
    ]


@pytest.mark.parametrize(
    ("body", "sidecar", "reason"),
    [
        (b"", None, "it is empty"),
        (b"<html>", None, "it is an HTML page, not a PDF"),
        (b"%PDF-" + b"x" * 2000, None, "more than 1000 bytes"),
        (PDF, b"{", "its JSON file cannot be used"),
        (PDF, b'{"id": "nonsense"}', "names no usable id"),
    ],
)
async def test_a_bad_file_is_set_aside_with_the_reason(
    tmp_path: Path, body: bytes, sidecar: bytes | None, reason: str
) -> None:
    desk = Desk(tmp_path)
    desk.put("x.pdf", body)
    desk.put("good.pdf")
    if sidecar is not None:
        desk.put("x.json", sidecar)
    tally = await desk.run()
    assert (tally.counts.new, tally.counts.failed) == (1, 1)
    assert reason in tally.failed["x.pdf"]
    assert reason in (tmp_path / "failed" / "x.pdf.reason.txt").read_text()
    assert "processed/good.pdf" in desk.tree()


async def test_replicas_that_share_a_folder_announce_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    rules = FolderRules(max_bytes=1000, settle_s=0)
    others = [
        FolderRun(LedgerAnnouncer(desk.ledger), desk.objects, desk.kv, rules=rules, now=lambda: NOW)
        for _ in range(3)
    ]
    for n in range(5):
        desk.put(f"{n}.pdf", PDF + bytes([n]))
        desk.put(f"{n}.json", b'{"doi": "10.1000/%d"}' % n)
    tallies = [Tally() for _ in others]
    await asyncio.gather(*(run.run(desk.feed, t) for run, t in zip(others, tallies, strict=True)))
    assert sorted((e.paper, e.version) for e in desk.ledger.announced) == [
        (f"doi:10.1000/{n}", 1) for n in range(5)
    ]
    assert sum(t.counts.failed for t in tallies) == 0
    assert len(desk.tree()) == 10


async def test_while_the_store_is_down_the_file_stays(tmp_path: Path) -> None:
    class Down(FakeObjects):
        async def put(self, prefix: str, body: bytes, content_type: str, /) -> ObjectRef:
            raise Unavailable("objects", "down")

    desk = Desk(tmp_path, objects=Down())
    desk.put("x.pdf")
    with pytest.raises(Unavailable):
        await desk.run()
    assert desk.tree() == ["x.pdf"]


async def test_a_crash_before_the_move_announces_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("x.pdf")
    await desk.run()
    await desk.kv.delete(f"file.{hashlib.sha256(PDF).hexdigest()}")
    await desk.kv.delete(desk_document(desk))
    desk.put("x.pdf")
    assert (await desk.run()).counts.had == 1
    assert len(desk.ledger.announced) == 1


def desk_document(desk: Desk) -> str:
    return next(k for k in desk.kv._entries if k.startswith("document."))


async def test_a_limit_and_a_preview(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for n in range(3):
        desk.put(f"{n}.pdf", PDF + bytes([n]))
    desk.put("bad.pdf", b"")
    records, refused = desk.run_.preview(desk.feed)
    assert (len(records), refused) == (3, ["bad.pdf: it is empty"])
    assert len(desk.tree()) == 4
    assert (await desk.run(limit=2)).counts.new == 2
