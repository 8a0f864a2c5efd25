"""Where a PDF comes from: the folder, else a stand-in that is kept."""

from collections.abc import Callable
from pathlib import Path

import pytest

from standalone.upstream.paper import derive
from standalone.upstream.pdfs import Pdfs, folder_beside
from standalone.upstream.records import Record


@pytest.mark.parametrize(
    ("files", "paper", "found"),
    [
        (["2606.00001.pdf"], "2606.00001", "2606.00001.pdf"),
        (["2606.00001.pdf", "2606.00001v1.pdf"], "2606.00001", "2606.00001v1.pdf"),
        (["hep-th_9901001.pdf"], "hep-th/9901001", "hep-th_9901001.pdf"),
        (["other.pdf"], "2606.00001", None),
    ],
)
def test_the_folder_comes_first(
    tmp_path: Path, record: Callable[..., Record], files: list[str], paper: str, found: str | None
) -> None:
    for name in files:
        (tmp_path / name).write_text(name)
    data = Pdfs(tmp_path).get(derive(record(id=paper, version=1)).latest)
    assert data == found.encode() if found else data.startswith(b"%PDF-")


def test_stand_ins_are_kept_but_follow_the_record(record: Callable[..., Record]) -> None:
    pdfs = Pdfs(None)
    first = pdfs.get(derive(record()).latest)
    assert pdfs.get(derive(record()).latest) is first
    assert pdfs.get(derive(record(title="Another")).latest) != first


@pytest.mark.parametrize(("folder", "found"), [("pdf", True), ("2026-06-17", True), ("x", False)])
def test_a_folder_beside_the_day(tmp_path: Path, folder: str, found: bool) -> None:
    (tmp_path / folder).mkdir()
    assert folder_beside(tmp_path / "2026-06-17.jsonl.gz") == (tmp_path / folder if found else None)
