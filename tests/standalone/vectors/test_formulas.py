"""Expressions become the engine's, or are refused."""

from typing import Any

import pytest

from standalone.vectors.errors import RequestError
from standalone.vectors.formulas import expression


@pytest.mark.parametrize(
    "given",
    [
        1.5,
        "$score",
        {"sum": [1, {"mult": [2, "n"]}]},
        {"neg": "n"},
        {"div": {"left": 1, "right": "n", "by_zero_default": 0}},
        {"pow": {"base": 2, "exponent": "n"}},
        {"datetime_key": "day"},
        {"datetime": "2026-01-01T00:00:00Z"},
        {"exp_decay": {"x": {"datetime_key": "day"}, "scale": 10, "midpoint": 0.5}},
        {"gauss_decay": {"x": "n", "target": 3}},
        {"geo_distance": {"origin": {"lon": 1, "lat": 2}, "to": "place"}},
        {"key": "a", "match": {"value": True}},
    ],
)
def test_expression_reaches_the_engine(given: Any) -> None:
    assert expression(given) is not None


@pytest.mark.parametrize("given", [None, True, [], {"nonsense": 1}, {"sum": [None]}])
def test_nonsense_is_refused(given: Any) -> None:
    with pytest.raises(RequestError, match="formula"):
        expression(given)
