"""Lines to sections."""

import pytest

from common.reading.sections import split

TEXT = "This is a running sentence of the body that is long enough to count."


def sections(*lines: str) -> list[str]:
    return list(dict.fromkeys(line.section for line in split([list(lines)]).body))


HEADINGS = [
    (("1 Introduction", TEXT, "2 Related Work", TEXT), ["1 Introduction", "2 Related Work"]),
    (("1. Introduction", TEXT, "1.1 Setting", TEXT), ["1. Introduction", "1.1 Setting"]),
    (("Abstract", TEXT, "I. INTRODUCTION", TEXT), ["Abstract", "I. INTRODUCTION"]),
    ((TEXT, "Instructional design", TEXT), ["", "Instructional design"]),
    ((TEXT, "Story of the Project", TEXT), ["", "Story of the Project"]),
    (("1 Introduction", TEXT, "1. first item of a list", TEXT), ["1 Introduction"]),
    (("1 Introduction", TEXT, "3 Blue 4.5 17 88", TEXT), ["1 Introduction"]),
    (("1 University of Somewhere", TEXT), [""]),
    (("1 Introduction", TEXT, "2 Things that end like a sentence.", TEXT), ["1 Introduction"]),
    ((TEXT, "results.", TEXT), [""]),
]


@pytest.mark.parametrize(("lines", "expected"), HEADINGS)
def test_headings(lines: tuple[str, ...], expected: list[str]) -> None:
    assert sections(*lines) == expected


@pytest.mark.parametrize("heading", ["References", "REFERENCES", "7 References", "Bibliography"])
def test_references_are_apart_and_an_appendix_is_not(heading: str) -> None:
    pages = [
        ["1 Introduction", TEXT],
        [TEXT, heading, "[1] A. Author."],
        ["[2] B.", "A Proofs", TEXT],
    ]
    found = split(pages)
    assert found.references == "[1] A. Author. [2] B."
    assert [line.text for line in found.body].count(TEXT) == 3
    assert found.body[-1].page == 3


def test_the_word_in_a_table_of_contents_does_not_end_the_paper() -> None:
    found = split([["Contents", "References", *[TEXT] * 20, "References", "[1] A."]])
    assert len(found.body) > 20
    assert found.references == "[1] A."


def test_nothing() -> None:
    assert split([]) == ([], "")
