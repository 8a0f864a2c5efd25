"""Names split, inverted and joined."""

import pytest

from standalone.upstream.names import Name, inverted, joined, split_name


@pytest.mark.parametrize(
    ("full", "name", "upside"),
    [
        ("Ada Lovelace", Name("Lovelace", "Ada", ""), "Lovelace, Ada"),
        (
            "Ludwig van der Berg Jr.",
            Name("van der Berg", "Ludwig", "Jr."),
            "van der Berg, Ludwig, Jr.",
        ),
        ("P. von Neumann-Cosel", Name("von Neumann-Cosel", "P.", ""), "von Neumann-Cosel, P."),
        ("Plato", Name("Plato", "", ""), "Plato"),
        ("", Name("", "", ""), ""),
        ("de Broglie", Name("Broglie", "de", ""), "Broglie, de"),
        ("Henry Ford II", Name("Ford", "Henry", "II"), "Ford, Henry, II"),
    ],
)
def test_split(full: str, name: Name, upside: str) -> None:
    assert split_name(full) == name
    assert inverted(full) == upside


@pytest.mark.parametrize(
    ("authors", "line"),
    [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (list("ABC"), "A, B and C")],
)
def test_join(authors: list[str], line: str) -> None:
    assert joined(authors) == line
