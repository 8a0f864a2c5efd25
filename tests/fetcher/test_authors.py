"""Author lines as arXiv keeps them."""

import pytest

from fetcher import authors


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Alexander Turbiner", ["Alexander Turbiner"]),
        (
            "Anastasios C. Petkou and Nicholas D. Vlachos",
            ["Anastasios C. Petkou", "Nicholas D. Vlachos"],
        ),
        (
            "Cynthia Dwork, Joseph Y. Halpern, and O. Waarts",
            ["Cynthia Dwork", "Joseph Y. Halpern", "O. Waarts"],
        ),
        ("Chris Blake & Karl Glazebrook", ["Chris Blake", "Karl Glazebrook"]),
        (
            "Andrea Brignole (CERN-TH), Fabio\n  Zwirner (INFN-Padua)",
            ["Andrea Brignole", "Fabio Zwirner"],
        ),
        (
            "Ivan Miskun (1), Timo Dickel (1 and 2) ((1) Giessen, (2) GSI)",
            ["Ivan Miskun", "Timo Dickel"],
        ),
        ("LHCb collaboration: R. Aaij, A. Adeva", ["LHCb collaboration", "R. Aaij", "A. Adeva"]),
        ("F. Piscitelli, for the ILL collaboration", ["F. Piscitelli", "the ILL collaboration"]),
        (
            "Robert Downey, Jr. and Henry Louis Gates, III",
            ["Robert Downey Jr.", "Henry Louis Gates III"],
        ),
        (r"Fr\'{e}d\'{e}ric Klopp", [r"Fr\'{e}d\'{e}ric Klopp"]),
        ("V. Abazov, et al", ["V. Abazov"]),
        ("Alexandre Grothendieck", ["Alexandre Grothendieck"]),  # no split inside a name
        ("", []),
        (" , , ", []),
        ("A. B. (unclosed", ["A. B."]),
    ],
)
def test_split(line: str, names: list[str]) -> None:
    assert authors.split(line) == names


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("Van de Sompel", "Herbert", ""), "Herbert Van de Sompel"),
        (("Kunze", "R. E.", "Jr."), "R. E. Kunze Jr."),
        (("ATLAS Collaboration", "", ""), "ATLAS Collaboration"),
    ],
)
def test_from_parts(parts: tuple[str, str, str], name: str) -> None:
    assert authors.from_parts(*parts) == name
