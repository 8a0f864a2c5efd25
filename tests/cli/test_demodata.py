"""What a demo replays, and days it cannot use."""

import gzip
import json
from pathlib import Path

import pytest

from cli import demodata
from common.errors import UsageError

RECORD = json.dumps({"id": "2401.00001", "seen": "2026-06-17", "title": "T"})
OTHER = json.dumps({"id": "2401.00002", "seen": "2026-06-16"})


def test_the_shipped_day(tmp_path: Path) -> None:
    plan = demodata.plan(tmp_path / "demo", None)
    assert plan.papers > 100
    assert plan.files > 0
    assert plan.day_name == "2026-06-17"
    assert plan.feeds[-2:] == ("arxiv-day", "folder")
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("packed", [False, True])
def test_a_day_of_ones_own(tmp_path: Path, packed: bool) -> None:
    file = tmp_path / ("day.jsonl.gz" if packed else "day.jsonl")
    body = f"{RECORD}\n\n{RECORD}\n{OTHER}".encode()
    file.write_bytes(gzip.compress(body) if packed else body)
    plan = demodata.plan(tmp_path, file)
    assert (plan.papers, plan.day_name, plan.day) == (3, "2026-06-17", file)


GZIP = gzip.compress(RECORD.encode() * 100, mtime=0)


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("a.jsonl", b"", "holds no records"),
        ("a.jsonl", b"\n \n", "holds no records"),
        ("a.jsonl", b"not json", "line 1 is no record"),
        ("a.jsonl", RECORD.encode() + b"\n[]", "line 2 is no record"),
        ("a.jsonl", b'{"id": "x"}', "line 1 is no record"),
        ("a.jsonl", b'{"seen": "2026-01-01"}', "line 1 is no record"),
        ("a.jsonl", b'{"id": "x", "seen": "yesterday"}', "line 1 is no record"),
        ("a.jsonl", b'{"id": 7, "seen": "2026-01-01"}', "line 1 is no record"),
        ("a.jsonl", b"\xff\xfe", "cannot be read"),
        ("a.jsonl", GZIP, "cannot be read"),
        ("a.jsonl.gz", RECORD.encode(), "cannot be read"),
        ("a.jsonl.gz", GZIP[:-20], "cannot be read"),
        ("a.jsonl.gz", GZIP[:20] + b"\x00\xff" * 9 + GZIP[38:], "cannot be read"),
    ],
)
def test_a_day_that_cannot_be_used(tmp_path: Path, name: str, body: bytes, words: str) -> None:
    file = tmp_path / name
    file.write_bytes(body)
    with pytest.raises(UsageError, match=words) as caught:
        demodata.plan(tmp_path, file)
    assert "\n" not in str(caught.value)


def test_a_day_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        demodata.plan(tmp_path, tmp_path / "none.jsonl")


def test_feeds_and_papers_are_laid_out_once(tmp_path: Path) -> None:
    plan = demodata.plan(tmp_path, None)
    demodata.write_feeds(plan)
    demodata.fill_inbox(plan)
    assert {path.stem for path in plan.feeds_dir.glob("*.toml")} == set(plan.feeds)
    pdfs = sorted(path.name for path in plan.inbox.glob("*.pdf"))
    assert len(pdfs) == plan.files
    done = plan.inbox / "processed"
    done.mkdir()
    (plan.inbox / pdfs[0]).rename(done / pdfs[0])
    demodata.write_feeds(plan)
    demodata.fill_inbox(plan)
    assert sorted(path.name for path in plan.inbox.glob("*.pdf")) == pdfs[1:]
