"""What the bench of recommendations reads and how it counts."""

import gzip
import json
from pathlib import Path

import pytest
from recommend_measures import ndcg, recall
from recommend_sets import authors, citeulike, folder


@pytest.mark.parametrize(
    ("found", "hidden", "part", "gain"),
    [
        (["a", "b"], ["a", "b"], 1.0, 1.0),
        (["x", "a"], ["a"], 1.0, 0.6309),
        (["a"], ["a", "b"], 0.5, 0.6131),
        ([], ["a"], 0.0, 0.0),
        ([*map(str, range(20)), "a"], ["a"], 0.0, 0.0),
    ],
)
def test_measures(found: list[str], hidden: list[str], part: float, gain: float) -> None:
    assert recall(found, hidden) == part
    assert ndcg(found, hidden) == pytest.approx(gain, abs=1e-4)


def test_a_folder_may_lack_texts_and_name_unknown_papers(tmp_path: Path) -> None:
    papers = [{"_id": 1, "title": None}, {"_id": "2", "text": "T", "authors": "A. B; C"}]
    people = [
        {"user": "u", "liked": ["1", "1", "9"], "hidden": ["2", "1", "8"]},
        {"user": "v", "liked": ["1"]},
    ]
    for name, rows in (("corpus", papers), ("users", people)):
        lines = "\n".join(json.dumps(row) for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines + "\n\n")
    read = folder(tmp_path)
    assert [paper.authors for paper in read.papers] == [(), ("A. B", "C")]
    assert read.texts
    assert read.people[0][1:] == (("1",), ("2",))
    assert read.unknown == 2
    assert read.measured(10) == [0], "who hides nothing is not measured"


def test_people_of_citeulike_hide_a_part(tmp_path: Path) -> None:
    (tmp_path / "users.dat").write_text("10 0 1 2 3 4 5 6 7 8 9\n1 5\n")
    first, lone = citeulike(tmp_path / "users.dat").people
    assert (len(first.liked), len(first.hidden)) == (7, 3)
    assert not set(first.liked) & set(first.hidden)
    assert lone == ("1", ("5",), ())


def test_own_names_are_taken_out_of_the_records(tmp_path: Path) -> None:
    rows = [
        {"id": str(no), "title": "T", "abstract": "", "authors": ["Busy", f"Other {no}"]}
        for no in range(9)
    ]
    with gzip.open(tmp_path / "records.jsonl.gz", "wt") as file:
        file.write("\n".join(map(json.dumps, rows)))
    read = authors(tmp_path / "records.jsonl.gz")
    assert [one.user for one in read.people] == ["Busy"]
    assert all("Busy" not in paper.authors for paper in read.papers)
    assert len(read.people[0].liked) + len(read.people[0].hidden) == 9
