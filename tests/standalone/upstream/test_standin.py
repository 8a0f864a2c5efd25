"""Stand-ins: valid, readable, labelled on every page, the same every time."""

from collections.abc import Callable

import pypdfium2
import pytest

from standalone.upstream.records import Record
from standalone.upstream.standin import label, typeset
from standalone.upstream.store import Store

Make = Callable[..., Record]


def pages(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        # pdfium marks a hyphen at a line's end; what it joins is one word of the source.
        return [
            " ".join(document[n].get_textpage().get_text_bounded().replace("\x02", "").split())
            for n in range(len(document))
        ]
    finally:
        document.close()


def test_papers_of_the_day_are_readable_and_labelled(day: Store) -> None:
    for paper in day.listed[::12]:
        text = pages(typeset(paper.record))
        assert all(label(paper.record.id) in page for page in text)
        whole = " ".join(text)
        assert set(paper.record.title.split()) <= set(whole.split())
        words = paper.record.abstract.split()
        assert sum(word in whole for word in words) >= len(words) - 2


def test_the_same_record_gives_the_same_bytes(day: Store) -> None:
    record = day.listed[0].record
    assert typeset(record) == typeset(record)


@pytest.mark.parametrize(
    "changes",
    [
        {"authors": [f"Author Number{n}" for n in range(3000)]},
        {"abstract": "word " * 20_000},
        {"abstract": ""},
        {"authors": []},
        {"title": "中文 العربية हिन्दी 😀 \x00\ud800 𝔸 \u202e", "abstract": "e\u0301 ∮ → \ufffe"},
        {"title": "unbroken" * 200},
        {"abstract": "First.\n  Second $\\alpha < \\beta$.\n  Third."},
    ],
)
@pytest.mark.parametrize("paper", ["2606.00001", "2606.00002", "hep-th/9901001"])
def test_odd_records_are_set_and_labelled(
    record: Make, paper: str, changes: dict[str, object]
) -> None:
    text = pages(typeset(record(id=paper, **changes)))
    assert text
    assert all(label(paper) in page for page in text)


def test_tex_stays_readable(record: Make) -> None:
    (page,) = pages(typeset(record(abstract="Let $\\alpha_1 \\le x^2$ and Erdős–Rényi, κ ≥ 0.")))
    assert "Let $\\alpha_1 \\le x^2$ and Erdős–Rényi, κ ≥ 0." in page


def columns(data: bytes) -> int:
    document = pypdfium2.PdfDocument(data)
    text = document[0].get_textpage()
    lefts = [round(text.get_rect(n)[0]) for n in range(text.count_rects())]
    document.close()
    return sum(lefts.count(left) > 9 for left in set(lefts))


def test_both_layouts_occur(record: Make) -> None:
    abstract = "some words of an abstract " * 60
    made = {columns(typeset(record(id=f"2606.0000{n}", abstract=abstract))) for n in range(8)}
    assert made == {1, 2}
