"""Names in parts."""

import pytest

from gateway.citing.names import Name, name_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ada King Lovelace", Name("Lovelace", "Ada King")),
        ("Juan de la Cruz", Name("Cruz", "Juan", "de la")),
        ("de la Cruz, Juan", Name("Cruz", "Juan", "de la")),
        ("danah boyd", Name("boyd", "danah")),
        ("Sammy Davis Jr.", Name("Davis", "Sammy", "", "Jr.")),
        ("Davis, Jr., Sammy", Name("Davis", "Sammy", "", "Jr.")),
        ("Davis, Sammy, Jr.", Name("Davis", "Sammy", "", "Jr.")),
        ("Plato", Name("Plato")),
        (
            "The LIGO Scientific Collaboration",
            Name("The LIGO Scientific Collaboration", whole=True),
        ),
        ("van", Name("van")),
        (",", Name(",", whole=True)),
        ("", Name("", whole=True)),
    ],
)
def test_parts(text: str, name: Name) -> None:
    assert name_of(text) == name


def test_orders() -> None:
    name = Name("Berg", "Jan", "van der", "III")
    assert name.sorted == "van der Berg, III, Jan"
    assert name.filed == "van der Berg, Jan, III"
    assert name.shown == "Jan van der Berg III"
