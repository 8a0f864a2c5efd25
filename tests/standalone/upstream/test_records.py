"""Day files: plain and gzip, and what is wrong with the others."""

import gzip
from pathlib import Path

import msgspec
import pytest

from standalone.upstream.records import DayError, bundled_day, read_day

LINE = (
    b'{"id":"2606.00001","title":"T","authors":["A"],"categories":["cs.AI"],"classes":[],'
    b'"comment":null,"abstract":"B","seen":"2026-06-17"}\n'
)


def test_the_bundled_day_is_one_day_of_many_papers_in_many_categories() -> None:
    records = read_day(bundled_day())
    assert 330 <= len(records) <= 420
    assert {record.seen for record in records} == {"2026-06-17"}
    assert len({record.categories[0] for record in records}) >= 8
    assert len({record.id for record in records}) == len(records)
    assert sum("$" in record.abstract for record in records) > 20
    assert sum(len(record.categories) > 1 for record in records) > 100


def test_the_bundled_day_is_small() -> None:
    folder = bundled_day().parent
    assert sum(path.stat().st_size for path in folder.rglob("*")) < 8 * 1024 * 1024


def test_the_folder_has_ten_papers_with_their_sidecars_and_attribution() -> None:
    folder = bundled_day().parent / "folder"
    papers = sorted(folder.glob("*.pdf"))
    attribution = (folder / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert len(papers) == 10
    for paper in papers:
        sidecar = msgspec.json.decode(paper.with_suffix(".json").read_bytes())
        assert sidecar["licence"] == "http://creativecommons.org/licenses/by/4.0/"
        assert sidecar["title"]
        assert sidecar["authors"]
        assert len(sidecar["abstract"]) > 200
        assert sidecar["doi"] in attribution
        assert paper.name in attribution


@pytest.mark.parametrize("packed", [False, True])
def test_plain_and_gzip_read_alike(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "any-name"
    path.write_bytes(gzip.compress(LINE) if packed else LINE)
    assert [record.id for record in read_day(path)] == ["2606.00001"]


def test_records_without_a_day_get_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    path.write_bytes(LINE + LINE.replace(b'"2026-06-17"', b"null").replace(b"00001", b"00002"))
    assert [record.seen for record in read_day(path)] == ["2026-06-17", "2026-06-17"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no record"),
        (b"\n\n", "no record"),
        (LINE + b"{", "line 2"),
        (LINE + b"\xff", "line 2"),
        (b"[" * 100_000, "line 1"),
        (LINE.replace(b'["cs.AI"]', b"[]"), "no category"),
        (LINE.replace(b'"2026-06-17"', b"null"), "no record has `seen`"),
        (gzip.compress(LINE)[:-9], "day"),
        (b"\x1f\x8bnonsense", "day"),
    ],
)
def test_a_bad_day_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "day"
    path.write_bytes(content)
    with pytest.raises(DayError, match=words):
        read_day(path)
