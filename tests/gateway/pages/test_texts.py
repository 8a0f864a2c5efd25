import pytest

from gateway.pages import texts


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0, "0 ms"),
        (0.24, "240 ms"),
        (1.25, "1.2 s"),
        (42, "42 s"),
        (240, "4 min"),
        (7300, "2 h"),
        (200_000, "2 days"),
    ],
)
def test_spans(seconds: float | None, text: str) -> None:
    assert texts.span(seconds) == text


def test_days_and_moments() -> None:
    assert texts.day("2026-07-14") == "Tuesday, 14 July 2026"
    assert texts.day("soon") == "soon"
    assert texts.short_day("2026-07-14T08:00:00Z") == "14 Jul 2026"
    assert texts.moment("2026-07-14T08:03:12Z") == "14 Jul 2026, 08:03:12 UTC"
    assert texts.clock("x") == "x"
    assert texts.minute("2026-07-14T08:03:12Z") == "14 Jul 2026, 08:03 UTC"
    assert texts.minute("x") == "x"


def test_names_are_cut() -> None:
    authors = tuple("abcdefgh")
    assert texts.names(authors, 3000, most=2) == "a, b and 2998 more"
    assert texts.names(("a",), 1) == "a"


def test_numbers() -> None:
    assert texts.number(115950) == "115\u2009950"
    assert texts.number(None) == "–"
