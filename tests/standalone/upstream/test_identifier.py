"""Identifiers of both styles, and what is none."""

import pytest

from standalone.upstream.identifier import Identifier, month_of, parse_identifier


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2401.00001", Identifier("2401.00001", None)),
        ("arXiv:2401.00001v2", Identifier("2401.00001", 2)),
        ("0808.0539v12", Identifier("0808.0539", 12)),
        ("hep-th/9901001", Identifier("hep-th/9901001", None)),
        ("math.CA/0611800v2", Identifier("math/0611800", 2)),
        ("abc", None),
        ("2401.001", None),
        ("2401.00001v0", None),
        ("2401.00001 ", None),
        ("", None),
    ],
)
def test_parse(text: str, expected: Identifier | None) -> None:
    assert parse_identifier(text) == expected


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        ("2401.00001", (2024, 1)),
        ("hep-th/9901001", (1999, 1)),
        ("math/0611800", (2006, 11)),
        ("2413.00001", None),
        ("odd", None),
    ],
)
def test_month(paper: str, expected: tuple[int, int] | None) -> None:
    assert month_of(paper) == expected
