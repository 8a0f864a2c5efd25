"""What is stored is told by class: objects by their keys, folders by what they take up."""

import math
from pathlib import Path

import msgspec

from cli.storage.holding import Disk, total
from cli.storage.superseded import Pdfs
from cli.storage.survey import fullest, of_disks, of_folder, of_objects
from common.events import PaperFetched, PaperMeta
from common.objectlist import Listed
from common.papermeta import ObjectRef
from common.scan import Read


def test_objects_are_told_by_the_first_part_of_their_keys() -> None:
    keys = (("pdf/aa/1", 10), ("pdf/bb/2", 5), ("text/1", 3), ("report/x.html", 2))
    found = of_objects(Listed(key, size, 0.0) for key, size in keys)
    assert [(one.name, one.owner, one.count, one.size_bytes) for one in found] == [
        ("pdf/", "fetcher", 2, 15),
        ("report/", "operator", 1, 2),
        ("text/", "indexer", 1, 3),
    ]
    assert total(found) == 20


def test_folders_are_told_by_their_blocks(tmp_path: Path) -> None:
    (tmp_path / "nats" / "js").mkdir(parents=True)
    (tmp_path / "nats" / "js" / "1.blk").write_bytes(b"x" * 10_000)
    (tmp_path / "logs").mkdir()
    (tmp_path / "ports.json").write_text("{}")
    found = {one.name: one for one in of_folder(tmp_path)}
    assert set(found) == {"nats/", "logs/"}
    assert found["nats/"].count == 1
    assert 10_000 <= found["nats/"].size_bytes < 100_000
    assert found["logs/"].owner == "all processes"
    assert of_folder(tmp_path / "nowhere") == []
    assert total(found.values()) == 0  # what is local is told by its store already


def test_disks_and_the_fullest_of_them(tmp_path: Path) -> None:
    found = of_disks({"data": str(tmp_path), "lost": "/nowhere/at/all"})
    assert list(found) == ["data"]
    assert 0 < found["data"].used_ratio < 1
    full = {"a": Disk(used_bytes=1, free_bytes=9), "b": Disk(used_bytes=9, free_bytes=1)}
    assert fullest(full) == ("b", 0.9)
    assert math.isnan(fullest({})[1])


def fetched(paper: str, version: int, body: str) -> Read:
    pdf = ObjectRef(key=f"pdf/{body}", sha256=body, size_bytes=10 * version) if body else None
    event = PaperFetched(paper=paper, version=version, meta=PaperMeta(title="T"), pdf=pdf)
    return Read(version, 0.0, event.subject, {}, msgspec.json.encode(event))


def test_a_pdf_is_superseded_when_no_newest_version_has_it() -> None:
    pdfs = Pdfs()
    for message in (
        fetched("a", 1, "one"),
        fetched("a", 2, "two"),
        fetched("b", 1, "same"),
        fetched("b", 2, "same"),
        fetched("c", 2, "new"),
        fetched("c", 1, "late"),  # told after its successor
        fetched("d", 1, "shared"),
        fetched("d", 2, ""),  # withdrawn
        fetched("e", 1, "shared"),
        Read(9, 0.0, "paper.fetched", {}, b"{"),
        Read(10, 0.0, "ledger.a.fetcher", {}, b"{}"),
    ):
        pdfs.take(message)
    assert pdfs.replaced() == {"pdf/one": 10, "pdf/late": 10}
