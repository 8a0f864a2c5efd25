"""Words, names and categories as they are compared."""

import pytest

from common.querying.words import Name, by, category, in_category, name_of, spelled, stems


@pytest.mark.parametrize(
    ("text", "searched", "in_full"),
    [
        ("bag of words", ("bag", "word"), ("bag", "of", "word")),
        ("State-of-the-art, zero–shot", ("state", "art", "zero", "shot"), None),
        ("to be or not", (), ("to", "be", "or", "not")),
        ('Schr\\"odinger $\\alpha$', ("schroding",), ("schroding",)),
        ("Erdős C++ 3.5", ("erdo", "c++", "3.5"), None),
        ("!? —", (), ()),
    ],
)
def test_words_have_stems(
    text: str, searched: tuple[str, ...], in_full: tuple[str, ...] | None
) -> None:
    assert stems(text) == searched
    if in_full is not None:
        assert spelled(text) == in_full


@pytest.mark.parametrize(
    ("text", "family", "others"),
    [
        ("Hinton", ("hinton",), ()),
        ("Geoffrey Hinton", ("hinton",), ("geoffrey",)),
        ("G. E. Hinton", ("hinton",), ("g", "e")),
        ("Hinton, Geoffrey E.", ("hinton",), ("geoffrey", "e")),
        ("Hinton G", ("hinton",), ("g",)),
        ("García Márquez, José", ("garcia", "marquez"), ("jose",)),
        ("J. K.", (), ("j", "k")),
        (", x", (), ("x",)),
        ("42", (), ()),
        ("Łukasz Sørensen", ("sorensen",), ("lukasz",)),
    ],
)
def test_a_name_has_a_family_name_and_others(
    text: str, family: tuple[str, ...], others: tuple[str, ...]
) -> None:
    assert name_of(text) == Name(family, others)


NAMES = (
    "Geoffrey Everest Hinton",
    "G. Hinton",
    "Grace Hinton",
    "H. Kim",
    "José García Márquez",
    "Wei Wang",
    "Jean-Pierre Serre",
)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("hinton", {0, 1, 2}),
        ("Geoffrey Hinton", {0, 1}),
        ("G. Hinton", {0, 1, 2}),
        ("G. E. Hinton", {0}),
        ("Everest Hinton", {0}),
        ("Hinton, G", {0, 1, 2}),
        ("Hinton G", {0, 1, 2}),
        ("kim", {3}),
        ("h kim", {3}),
        ("Hans Kim", {3}),
        ("jose garcia", {4}),
        ("garcia marquez, j", {4}),
        ("marquez", {4}),
        ("W Wang", {5}),
        ("Wang Wei", {5}),
        ("X. Wang", set()),
        ("Jean Serre", {6}),
        ("J.-P. Serre", {6}),
        ("G. H.", {0, 1, 2}),
        ("hint", set()),
        ("42", set()),
    ],
)
def test_an_initial_stands_for_a_name_but_not_for_the_family_name(
    wanted: str, found: set[int]
) -> None:
    assert {at for at, name in enumerate(NAMES) if by(name_of(wanted), name)} == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CS.lg", "cs.LG"),
        ("cs", "cs"),
        ("Math.*", "math"),
        ("COND-MAT.STR-EL", "cond-mat.str-el"),
        ("q-bio.bm", "q-bio.BM"),
    ],
)
def test_a_category_is_written_as_arxiv_does(text: str, code: str) -> None:
    assert category(text) == code


def test_a_category_is_in_its_archive() -> None:
    assert in_category("cs.LG", "CS")
    assert in_category("cs.LG", "cs.*")
    assert not in_category("cs.LG", "cs.L")
    assert not in_category("math-ph", "math")
