"""Schemas of payload indexes become the engine's."""

from typing import Any

import pytest

from standalone.vectors.errors import RequestError
from standalone.vectors.indexes import FieldIndex, create_index


@pytest.mark.parametrize(
    "schema",
    [
        "keyword",
        "integer",
        "float",
        "bool",
        "datetime",
        "uuid",
        "geo",
        "text",
        {"type": "keyword", "is_tenant": True, "on_disk": True},
        {"type": "integer", "lookup": True, "range": False},
        {"type": "datetime", "is_principal": True, "memory": "cold"},
        {
            "type": "text",
            "tokenizer": "word",
            "lowercase": True,
            "min_token_len": 2,
            "stopwords": {"languages": ["english"], "custom": ["foo"]},
            "stemmer": {"type": "snowball", "language": "english"},
            "phrase_matching": True,
        },
        {"type": "text", "stopwords": "german", "stemmer": {"type": "none"}},
    ],
)
def test_schema_reaches_the_engine(schema: Any) -> None:
    assert create_index("a", FieldIndex("a", schema).schema()) is not None


@pytest.mark.parametrize(
    "schema", [None, "nonsense", {}, {"type": "text", "tokenizer": "no"}, {"type": "bool", "x": 1}]
)
def test_bad_schema_is_refused(schema: Any) -> None:
    with pytest.raises(RequestError):
        create_index("a", FieldIndex("a", schema).schema())
