"""Writes: batches by column, and what is refused."""

import msgspec
import pytest

from standalone.vectors.config import CollectionConfig
from standalone.vectors.errors import RequestError
from standalone.vectors.vectors import Shapes
from standalone.vectors.write_json import Batch, Selector, Upsert
from standalone.vectors.writes import batch, delete, upsert

SHAPES = Shapes(CollectionConfig(vectors={"size": 2, "distance": "Dot"}))


@pytest.mark.parametrize(
    "body",
    [
        '{"points":[{"id":1,"vector":[1,2],"payload":{"a":[1,null]}}]}',
        '{"batch":{"ids":[1,2],"vectors":[[1,2],[3,4]]}}',
        '{"batch":{"ids":[1],"vectors":{"":[[1,2]]},"payloads":[null]}}',
        '{"points":[{"id":1,"vector":{}}],"update_mode":"insert_only"}',
    ],
)
def test_upsert_is_taken(body: str) -> None:
    assert upsert(msgspec.json.decode(body, type=Upsert), SHAPES) is not None


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"batch":{"ids":[1,2],"vectors":[[1,2]]}}',
        '{"batch":{"ids":[1],"vectors":{"":[]}}}',
        '{"batch":{"ids":[1],"vectors":[[1,2]],"payloads":[]}}',
        '{"points":[{"id":1,"vector":[1]}]}',
        '{"points":[{"id":"no uuid","vector":[1,2]}]}',
        '{"points":[{"id":18446744073709551616,"vector":[1,2]}]}',
    ],
)
def test_bad_upsert_is_refused(body: str) -> None:
    with pytest.raises(RequestError):
        upsert(msgspec.json.decode(body, type=Upsert), SHAPES)


def test_selector_needs_ids_or_filter() -> None:
    with pytest.raises(RequestError, match="ids or a filter"):
        delete(Selector(), SHAPES)


def test_batch_has_one_kind_each() -> None:
    two = '{"operations":[{"delete":{"points":[1]}},{"clear_payload":{"points":[1]}}]}'
    assert len(batch(msgspec.json.decode(two, type=Batch), SHAPES)) == 2
    for bad in ("{}", '{"delete":{"points":[1]},"clear_payload":{"points":[1]}}'):
        with pytest.raises(RequestError, match="exactly one"):
            batch(msgspec.json.decode(f'{{"operations":[{bad}]}}', type=Batch), SHAPES)
