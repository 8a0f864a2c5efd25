"""Page texts to lines."""

import pytest

from common.reading.clean import cleaned, suspicious

PAGE = "A line of the body that is here.\r\n"

WORDS = [
    ("prac\ufffetice", "practice"),
    ("We study sum\ufffemaries here", "We study summaries here"),
    ("a project\ufffebased course; each project is based on a project based plan", "project-based"),
    ("short\ufffeform text; the short-form one", "short-form text"),
    ("self-\nattention and self-attention", "self-attention and"),
    ("Kullback\ufffeLeibler", "Kullback-Leibler"),
    ("ﬁnite eﬀort, oﬃce ﬂow", "finite effort, office flow"),
    ("co\u00adoperate z\u200bero w\u2060idth", "cooperate zero width"),
    ("𝑥 ∈ 𝐑 and 𝒩", "x ∈ R and N"),
    ("hid\U000e0041\U000e0042den", "hidden"),
    ("a\u00a0b\tc   d", "a b c d"),
    ("\x00nul\x07 bell \ud800lone", "nul bell lone"),
]


@pytest.mark.parametrize(("raw", "expected"), WORDS)
def test_words_are_made_whole(raw: str, expected: str) -> None:
    assert expected in " ".join(cleaned([raw])[0])


def test_headers_footers_and_page_numbers_go() -> None:
    pages = [
        f"Journal of Things, vol. 3\r\nUnique start {n}\r\n{PAGE}Unique end {n}\r\n{n + 7}\r\n"
        for n in range(6)
    ]
    lines = cleaned([page.replace("Unique", f"Word{'abcdef'[n]}") for n, page in enumerate(pages)])
    assert [page[0].split()[0] for page in lines] == [f"Word{c}" for c in "abcdef"]
    assert [page[-1].split()[0] for page in lines] == [f"Word{c}" for c in "abcdef"]


def test_a_line_that_comes_back_inside_pages_stays() -> None:
    page = "\n".join([f"top {chr(97)}", "x one", PAGE.strip(), "y two", "z three"])
    lines = cleaned([page.replace("x", "xyzuvw"[n]).replace("z", "qrstop"[n]) for n in range(6)])
    assert all(PAGE.strip() in page for page in lines)


def test_the_stamp_of_arxiv_goes() -> None:
    stamp = "arXiv:2401.00001v2  [cs.LG]  31 Jan 2024\r\n"
    assert cleaned([stamp + PAGE])[0] == ["", PAGE.strip()][1:] or stamp not in str(
        cleaned([stamp])
    )
    assert not any("arXiv:2401" in line for line in cleaned([stamp + PAGE])[0])


def test_tag_characters_are_suspicious() -> None:
    assert suspicious(["plain", "with \U000e0049\U000e004e tags"])
    assert not suspicious(["plain ünïcode"])


def test_nothing_gives_nothing() -> None:
    assert cleaned([]) == []
    assert cleaned(["", " \r\n "]) == [[], []]
