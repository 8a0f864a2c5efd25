"""Which papers a feed wants and which sets hold them."""

import pytest

from common.events import PaperMeta
from fetcher.selection import (
    CATEGORY_PATTERN,
    Keywords,
    list_names,
    oai_sets,
    wants_category,
    wants_words,
)


@pytest.mark.parametrize(
    ("patterns", "categories", "wanted"),
    [
        (("cs.AI",), ("cs.AI",), True),
        (("cs.AI",), ("math.ST", "cs.AI"), True),
        (("cs.AI",), ("cs.AIX",), False),
        (("cs.*",), ("cs.LG",), True),
        (("cs.*",), ("csx.LG",), False),
        (("astro-ph.*",), ("astro-ph",), True),
        (("*",), ("anything",), True),
        (("q-fin.*", "math.PR"), ("math.PR",), True),
        (("stat.ML",), ("stat.ME",), False),
        (("cs.ai",), ("cs.AI",), False),
        ((), ("cs.AI",), False),
    ],
)
def test_categories(patterns: tuple[str, ...], categories: tuple[str, ...], wanted: bool) -> None:
    assert wants_category(patterns, categories) is wanted


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("cs.AI", True),
        ("q-fin.*", True),
        ("*", True),
        ("hep-th", True),
        ("cond-mat.stat-mech", True),
        ("physics.ao-ph", True),
        ("cs.", False),
        ("CS.AI", False),
        ("cs AI", False),
        ("", False),
        ("cs.*.*", False),
        ("../x", False),
    ],
)
def test_how_categories_are_written(text: str, valid: bool) -> None:
    assert bool(CATEGORY_PATTERN.match(text)) is valid


@pytest.mark.parametrize(
    ("keywords", "wanted"),
    [
        (Keywords(), True),
        (Keywords(must=("graph", "neural network")), True),
        (Keywords(must=("graph", "quantum")), False),
        (Keywords(any=("quantum", "GRAPH")), True),
        (Keywords(any=("quantum",)), False),
        (Keywords(none=("neural  network",)), False),
        (Keywords(none=("net",)), True),  # whole words only
        (Keywords(any=("C++",)), True),
    ],
)
def test_keywords(keywords: Keywords, wanted: bool) -> None:
    meta = PaperMeta(title="Graph theory in C++", abstract="A neural\nnetwork learns.")
    assert wants_words(keywords, meta) is wanted


@pytest.mark.parametrize(
    ("patterns", "sets"),
    [
        (("cs.AI",), ("cs:cs:AI",)),
        (("cs.AI", "cs.LG"), ("cs:cs:AI", "cs:cs:LG")),
        (("cs.AI", "cs.LG", "cs.CL", "stat.ML"), ("cs", "stat:stat:ML")),
        (("q-fin.*",), ("q-fin",)),
        (("hep-th",), ("physics:hep-th",)),
        (("astro-ph.GA",), ("physics:astro-ph:GA",)),
        (("physics.optics",), ("physics:physics:optics",)),
        (("cs.AI", "*"), ("",)),
    ],
)
def test_sets(patterns: tuple[str, ...], sets: tuple[str, ...]) -> None:
    assert oai_sets(patterns) == sets


def test_names_for_the_list_of_the_day() -> None:
    assert list_names(("cs.AI", "q-fin.*", "cs.AI")) == ("cs.AI", "q-fin")
    assert list_names(("*",)) == ()
