"""Collections of several models behind the aliases."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from qdrant_client import AsyncQdrantClient

from common.errors import UsageError
from common.vectors import collections

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")


@pytest.fixture
async def client() -> AsyncIterator[AsyncQdrantClient]:
    made = AsyncQdrantClient(":memory:")
    await collections.ensure(made, "old", 4)
    yield made
    await made.close()


async def names(client: AsyncQdrantClient) -> list[str]:
    return sorted(one.name for one in (await client.get_collections()).collections)


async def test_a_shadow_is_made_without_touching_the_aliases(client: AsyncQdrantClient) -> None:
    before = await collections.served(client)
    await asyncio.gather(*(collections.make(client, "new", 4) for _ in range(3)))
    assert await collections.served(client) == before
    assert len(await names(client)) == 4


async def test_both_aliases_turn_together_and_back(client: AsyncQdrantClient) -> None:
    before = await collections.served(client)
    await collections.make(client, "new", 4)
    for _ in range(2):  # again changes nothing
        await collections.switch(client, "new", 4)
        assert await collections.served(client) == {
            "papers": "papers__new__4__v1",
            "passages": "passages__new__4__v1",
        }
    await collections.switch(client, "old", 4)
    assert await collections.served(client) == before


async def test_only_what_no_alias_leads_to_is_dropped(client: AsyncQdrantClient) -> None:
    await collections.make(client, "new", 4)
    with pytest.raises(UsageError, match="old answers"):
        await collections.drop(client, "old", 4)
    await collections.drop(client, "new", 4)
    assert await names(client) == ["papers__old__4__v1", "passages__old__4__v1"]
    await collections.check(client, "old", 4)
    with pytest.raises(UsageError, match="paperbus reindex"):
        await collections.check(client, "new", 4)
