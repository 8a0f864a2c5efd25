"""Rule X11: who may drop files into a folder chooses nothing outside of it."""

from pathlib import Path

import pytest

from fetcher import inbox


def dropped(folder: Path, name: str = "x.pdf") -> inbox.Waiting:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(b"%PDF-1.4 %%EOF")
    return inbox.Waiting(path, None)


def test_a_folder_that_is_a_link_takes_nothing(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    one = dropped(tmp_path / "in")
    (tmp_path / "in" / inbox.FAILED).symlink_to(outside)
    with pytest.raises(NotADirectoryError):
        inbox.move_on(one, inbox.FAILED, mark="1", reason="bad")
    assert list(outside.iterdir()) == []
    assert one.path.exists()


def test_a_link_in_the_place_of_a_reason_is_not_written_through(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("kept")
    one = dropped(tmp_path / "in")
    (tmp_path / "in" / inbox.FAILED).mkdir()
    (tmp_path / "in" / inbox.FAILED / "x.pdf.reason.txt").symlink_to(precious)
    target = inbox.move_on(one, inbox.FAILED, mark="1", reason="it is bad")
    assert precious.read_text() == "kept"
    assert target.with_name("x.pdf.reason.txt").read_text() == "it is bad\n"


@pytest.mark.parametrize(
    "name",
    ["..pdf", "%2e%2e%2fx.pdf", "-rf.pdf", "\u202efdp.x.pdf", "a\nb.pdf", "é" * 100 + ".pdf"],
)
def test_names_stay_names(tmp_path: Path, name: str) -> None:
    one = dropped(tmp_path / "in", name)
    target = inbox.move_on(one, inbox.FAILED, mark="1", reason="bad")
    assert target.parent == tmp_path / "in" / inbox.FAILED
