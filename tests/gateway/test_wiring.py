"""Filters come from the query string, checked and named."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from fakes_gateway import World

Client = AsyncTestClient[Any]
Meta = Callable[..., PaperMeta]
CC = "http://creativecommons.org/licenses"


@pytest.fixture
def papers(world: World, meta: Meta) -> None:
    """Five papers; the first has no summary."""
    said = (
        meta(announced="2023-05-01", licence=f"{CC}/by/4.0/"),
        meta(announced="2024-05-01", licence=f"{CC}/by-sa/4.0/"),
        meta(announced="2025-05-01", licence="http://arxiv.org/licenses/nonexclusive-distrib/1.0/"),
        meta(announced="2025-06-01", licence="https://example.org/"),
        meta(announced="2025-07-01", licence="", categories=("math.AG",)),
    )
    for no, one in enumerate(said):
        key = f"arxiv:2401.{no:05d}"
        world.add(one, key)
        told = "In short." if no else ""
        world.index.cards[key] = msgspec.structs.replace(world.index.cards[key], tldr=told)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("has_summary=true", [1, 2, 3, 4]),
        ("has_summary=false", [0]),
        ("licence=cc-by", [0]),
        ("licence=CC-BY,cc-by-sa&licence=none", [0, 1, 4]),
        ("licence=arxiv", [2]),
        ("licence=other", [3]),
        ("year=2024", [1]),
        ("year=2024..", [1, 2, 3, 4]),
        ("year=..2024", [0, 1]),
        ("year=2023..2024&has_summary=true", [1]),
        ("year=2025&date_from=2025-06-01&date_to=2026-01-01", [3, 4]),
        ("year=", [0, 1, 2, 3, 4]),
        ("category=MATH.ag", [4]),
    ],
)
@pytest.mark.usefixtures("papers")
async def test_a_list_is_narrowed(client: Client, query: str, found: list[int]) -> None:
    answer = (await client.get(f"/api/v1/papers?{query}")).json()
    assert sorted(int(item["id"][-5:]) for item in answer["items"]) == found


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ("year=24", "year", "24 is no year; write it like 2024, 2020..2024, 2020.. or ..2019"),
        ("year=2024..2020", "year", "ends before it begins; write 2020..2024"),
        ("year=2020&date_from=2021-01-01", "year", "2020 leaves nothing of the days asked for"),
        ("licence=gpl", "licence", "'gpl' is not one of cc-by, cc-by-sa,"),
        ("licence=" + ",".join(["cc0"] * 21), "licence", "at most 20 licences"),
        ("has_summary=perhaps", "has_summary", ""),
    ],
)
async def test_a_wrong_value_is_named_and_mended(
    client: Client, query: str, field: str, says: str
) -> None:
    answer = await client.get(f"/api/v1/papers?{query}")
    assert answer.status_code == 400
    (mistake,) = answer.json()["errors"]
    assert mistake["field"] == field
    assert says in answer.text
