"""Filters become the engine's; what cannot be one is refused with a sentence."""

import msgspec
import pytest

from standalone.vectors.conditions import Condition
from standalone.vectors.errors import RequestError
from standalone.vectors.filters import engine_filter, excluding


def _filter(text: str) -> str:
    return str(engine_filter(msgspec.json.decode(text, type=Condition)))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('{"must":{"key":"a","match":{"value":"x"}}}', 'MatchValue(value="x")'),
        ('{"must":[{"key":"a","match":{"value":3}}]}', "MatchValue(value=3)"),
        ('{"must":[{"key":"a","match":{"value":true}}]}', "MatchValue(value=true)"),
        ('{"must":[{"key":"a","match":{"value":false}}]}', "MatchValue(value=false)"),
        ('{"must":[{"key":"a","match":{"any":["x","y"]}}]}', "MatchAny"),
        ('{"must_not":[{"key":"a","match":{"except":[1,2]}}]}', "MatchExcept"),
        ('{"must":[{"key":"a","range":{"gte":1}}]}', "RangeFloat"),
        ('{"must":[{"key":"a","range":{"lt":"2026-01-01T00:00:00Z"}}]}', "RangeDateTime"),
        ('{"must":[{"has_id":[1,"00000000-0000-0000-0000-000000000007"]}]}', "HasIdCondition"),
        ('{"must":[{"is_null":{"key":"a"}}]}', "IsNullCondition"),
        ('{"must":[{"key":"a","is_empty":true}]}', "is_empty=true"),
        ('{"must":[{"nested":{"key":"a","filter":{"must":[{"has_id":[1]}]}}}]}', "Nested"),
        ('{"should":[{"must":[{"has_vector":"d"}]}]}', "HasVector"),
        ('{"must":[{"slice":{"total":4,"index":1}}]}', "Slice"),
        (
            '{"must":[{"key":"g","geo_radius":{"center":{"lon":1,"lat":2},"radius":3}}]}',
            "GeoRadius",
        ),
        ('{"min_should":{"conditions":[{"has_id":[1]}],"min_count":1}}', "min_count"),
    ],
)
def test_condition_reaches_the_engine(text: str, part: str) -> None:
    assert part.lower() in _filter(text).lower()


@pytest.mark.parametrize(
    "text",
    [
        '{"must":[{"key":"a","match":{"value":1,"text":"b"}}]}',
        '{"must":[{"key":"a","match":{}}]}',
        '{"must":[{"key":"a","range":{"gt":1,"lt":"2026-01-01"}}]}',
        '{"must":[{"key":"a","is_null":{"key":"b"}}]}',
    ],
)
def test_contradiction_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="Format error"):
        _filter(text)


def test_excluding_keeps_the_filter() -> None:
    kept = engine_filter(msgspec.json.decode('{"must":[{"has_id":[5]}]}', type=Condition))
    both = str(excluding(kept, [1]))
    assert "point_ids={5}" in both
    assert "must_not=[HasIdCondition(point_ids={1})]" in both
    assert "must_not=[HasIdCondition" in str(excluding(None, [1]))
