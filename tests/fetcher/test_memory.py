"""The bucket of one process behaves as the real one."""

from fetcher.memory import MemoryKv


async def test_compare_and_set() -> None:
    kv = MemoryKv()
    first = await kv.create("a.b", b"1")
    assert first is not None
    assert await kv.create("a.b", b"2") is None
    second = await kv.update("a.b", b"2", first)
    assert second is not None
    assert await kv.update("a.b", b"3", first) is None
    entry = await kv.get("a.b")
    assert entry is not None
    assert (entry.value, entry.revision) == (b"2", second)
    await kv.put("a.c", b"x")
    assert await kv.keys("a.") == ["a.b", "a.c"]
    await kv.delete("a.b")
    assert await kv.get("a.b") is None
    assert await kv.update("a.b", b"9", second) is None
