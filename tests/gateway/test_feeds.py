from pathlib import Path

import msgspec
import pytest

from common.errors import UsageError
from common.kv import key
from fakes_gateway import FakeKv
from gateway import feeds
from gateway.failures import Missing
from gateway.ports import FeedInfo

KNOWN = (FeedInfo(name="ai", title="AI"), FeedInfo(name="math"))
RUN = {"feed": "ai", "started": "2026-07-14T08:00:00Z", "verdict": "ok", "counts": {"new": 3}}


def run(**more: object) -> bytes:
    return msgspec.json.encode({**RUN, **more})


def test_feeds_are_read_from_their_files(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text('title = "B"\nkind = "arxiv"\ncategories = ["cs.LG"]\n')
    (tmp_path / "a.toml").write_text('name = "other"\n[select]\nany = 1\n')
    (tmp_path / "off.toml").write_text("enabled = false\n")
    (tmp_path / "broken.toml").write_text("title = \n")
    (tmp_path / "wrong.toml").write_text("title = 3\n")
    (tmp_path / "bytes.toml").write_bytes(b'title = "\xff"\n')
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "notes.txt").write_text("title = 'no'")
    found = feeds.configured(str(tmp_path))
    assert [one.name for one in found] == ["a", "b"]
    assert (found[1].title, found[1].categories) == ("B", ("cs.LG",))


@pytest.mark.parametrize("folder", ["", "nowhere/at/all"])
def test_without_a_folder_there_are_no_feeds(folder: str) -> None:
    assert feeds.configured(folder) == ()


async def test_feeds_with_their_runs_newest_first_and_only_a_few() -> None:
    kv = FakeKv()
    for day in range(1, 16):
        body = run(id=str(day), started=f"2026-07-{day:02d}T08:00:00Z")
        await kv.put(key("run", "ai", str(day)), body)
    await kv.put(key("run", "gone", "1"), run(feed="gone"))
    await kv.put(key("cursor", "ai"), b"not a run")
    found = {one.name: one for one in (await feeds.view(kv, KNOWN)).items}
    assert list(found) == ["ai", "math", "gone"]
    assert [one.id for one in found["ai"].runs] == [str(day) for day in range(15, 5, -1)]
    assert found["ai"].runs[0].counts.new == 3
    assert (found["ai"].title, found["math"].title, found["gone"].title) == ("AI", "math", "gone")
    assert found["math"].runs == ()


async def test_a_name_with_dots_is_one_name() -> None:
    kv = FakeKv()
    await kv.put(key("run", "ai.daily", "1"), run())
    assert [one.name for one in (await feeds.view(kv, ())).items] == ["ai.daily"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{",
        b"\xff\xfe",
        b'{"feed":"\xff"}',
        b'{"feed":"ai","counts":[]}',
        b'{"feed":"ai","started":7}',
        b'{"feed":"ai","more":' + b"[" * 5000 + b"]" * 5000 + b"}",
    ],
)
async def test_a_run_nobody_can_read_does_not_hide_the_others(body: bytes) -> None:
    kv = FakeKv()
    await kv.put(key("run", "ai", "1"), run())
    await kv.put(key("run", "ai", "2"), body)
    (found,) = (await feeds.view(kv, KNOWN[:1])).items
    assert [one.verdict for one in found.runs] == ["ok", "unreadable"]
    assert {one.feed for one in found.runs} == {"ai"}


async def test_a_run_of_a_later_version_is_shown_as_far_as_it_is_known() -> None:
    kv = FakeKv()
    await kv.put(key("run", "ai", "1"), run(surprise={"more": 1}, verdict="a new word"))
    (found,) = (await feeds.view(kv, KNOWN[:1])).items
    assert found.runs[0].verdict == "a new word"


def test_only_feeds_that_are_there_can_be_run() -> None:
    assert feeds.check("ai", KNOWN) == "ai"
    with pytest.raises(Missing, match=r"no feed chess; there are: ai, math"):
        feeds.check("chess", KNOWN)
    assert feeds.check("chess", ()) == "chess", "without any file the fetcher has to decide"


@pytest.mark.parametrize("name", ["", "..", "a/b", "a b", "-x", "x" * 65, "a\n", "ai>"])
def test_what_is_no_name_is_refused_before_it_is_looked_for(name: str) -> None:
    for known in (KNOWN, ()):
        with pytest.raises(UsageError) as told:
            feeds.check(name, known)
        assert told.value.field == "feed"
