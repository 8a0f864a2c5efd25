"""Dead letters over the API."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from fakes_gateway import World

Client = AsyncTestClient[Any]
PLACE = "/api/v1/dead"


async def test_the_list_says_what_each_means(client: Client, world: World) -> None:
    world.letters.bury(5, title="On graphs")
    answer = await client.get(PLACE)
    assert answer.status_code == 200
    (one,) = answer.json()["items"]
    assert (one["seq"], one["class"], one["reason"]) == (5, "Refused", "refused")
    assert one["means"] == "The language model refused to write about it."
    assert one["mend"].startswith("Replay it")
    assert (one["title"], one["trace"], one["attempts"]) == ("On graphs", "ab" * 16, 1)
    assert "body" not in one


@pytest.mark.parametrize(
    ("query", "seqs"),
    [
        ("", [1, 2, 3]),
        ("?service=indexer", [3]),
        ("?class=Refused&reason=refused", [1, 2]),
        ("?paper=2401.00002v7", [2]),
        ("?feed=ai-scholar", [1, 2, 3]),
        ("?feed=other", []),
        ("?since=2026-07-14T08:02:00Z", [2, 3]),
        ("?since=2999-01-01", []),
    ],
)
async def test_filters(client: Client, world: World, query: str, seqs: list[int]) -> None:
    world.letters.bury(1)
    world.letters.bury(2)
    other: dict[str, Any] = {"service": "indexer", "reason": "bug", "class": "ValueError"}
    world.letters.bury(3, **other)
    answer = await client.get(f"{PLACE}{query}")
    assert [one["seq"] for one in answer.json()["items"]] == seqs


async def test_pages_are_linked(client: Client, world: World) -> None:
    for seq in range(1, 6):
        world.letters.bury(seq)
    seen: list[int] = []
    link: str | None = f"{PLACE}?reason=refused&limit=2"
    while link:
        page = (await client.get(link)).json()
        seen += [one["seq"] for one in page["items"]]
        link = page["next"]
    assert seen == [1, 2, 3, 4, 5]


async def test_one_letter_with_its_body(client: Client, world: World) -> None:
    world.letters.bury(5)
    shown = (await client.get(f"{PLACE}/5")).json()
    assert shown["paper"] == "arxiv:2401.00005"
    assert '"model": "m"' in shown["body"]
    world.letters.bury(6, body=b"\xff\x1b[31mred password=canary77")
    assert (await client.get(f"{PLACE}/6")).json()["body"] == "\\xff\\x1b[31mred password=***"
    missing = await client.get(f"{PLACE}/7")
    assert missing.status_code == 404
    assert "no dead letter 7" in missing.json()["detail"]
    for wrong in ("x", "-1", str(2**80), "%C2%B2"):
        answer = await client.get(f"{PLACE}/{wrong}")
        assert (answer.status_code, "letter" in answer.text) == (400, True)


async def test_replay_and_drop(client: Client, world: World) -> None:
    for seq in (1, 2, 3):
        world.letters.bury(seq)
    tried = await client.post(f"{PLACE}/replay", json={"reason": "refused", "dry_run": True})
    assert [one["outcome"] for one in tried.json()["outcomes"]] == ["replayed"] * 3
    assert world.letters.done == []
    done = await client.post(f"{PLACE}/replay", json={"letters": [1, 9]})
    assert done.status_code == 200
    assert [one["outcome"] for one in done.json()["outcomes"]] == ["replayed", "gone"]
    dropped = await client.post(f"{PLACE}/drop", json={"all": True})
    assert dropped.json() | {"outcomes": 2} == {"dry_run": False, "more": False, "outcomes": 2}
    assert world.letters.done == [("replayed", 1), ("dropped", 2), ("dropped", 3)]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "letters: is missing"),
        ({"letters": []}, "letters: is missing"),
        ({"letters": [1], "all": True}, "letters: cannot be named together"),
        ({"letters": [0]}, "letters"),
        ({"letters": ["one"]}, "letters"),
        ({"letters": [2**70]}, "letters"),
        ({"letters": list(range(1, 1002))}, "letters"),
        ({"since": "soon"}, "since"),
        ({"service": "nobody"}, "service"),
        ({"resaon": "bug"}, "resaon"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_done(
    client: Client, world: World, body: dict[str, Any], words: str
) -> None:
    world.letters.bury(1)
    for act in ("replay", "drop"):
        answer = await client.post(f"{PLACE}/{act}", json=body)
        assert answer.status_code == 400
        assert words in answer.text
    assert world.letters.done == []


async def test_who_has_no_key_sees_and_does_nothing(guarded: Client, world: World) -> None:
    world.letters.bury(1)
    for path in (PLACE, f"{PLACE}/1"):
        assert (await guarded.get(path)).status_code == 401
    assert (await guarded.post(f"{PLACE}/drop", json={"all": True})).status_code == 401
    assert world.letters.done == []


async def test_another_site_can_do_nothing(client: Client, world: World) -> None:
    world.letters.bury(1)
    headers = {"origin": "https://evil.example"}
    answer = await client.post(f"{PLACE}/drop", json={"all": True}, headers=headers)
    assert answer.status_code == 403
    assert world.letters.done == []


async def test_a_bus_that_is_away_is_said_so(client: Client, world: World) -> None:
    world.letters.down = True
    answer = await client.get(PLACE)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
