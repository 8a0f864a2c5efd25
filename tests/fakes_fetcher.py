"""In-memory doubles of what the fetcher works with."""

import asyncio
import hashlib
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

import msgspec

from common.events import Message, ObjectRef, PaperAnnounced, PaperMeta
from fetcher.record import Record


class FakeRow(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    epoch: int = 0
    state: str = "announced"
    reason: str = ""
    result: msgspec.Raw = msgspec.Raw(b"")


class FakeEntry(NamedTuple):
    row: FakeRow
    seq: int


class FakeLedger:
    """Rows by paper, guarded by a sequence as the real one."""

    def __init__(self) -> None:
        self.rows: dict[str, FakeEntry] = {}
        self.announced: list[PaperAnnounced] = []

    async def read(self, paper: str, row: str, /) -> FakeEntry | None:
        assert row == "fetcher"
        await asyncio.sleep(0)
        return self.rows.get(paper)

    async def announce(self, event: PaperAnnounced, previous: FakeEntry | None, /) -> bool:
        known = self.rows.get(event.paper)
        if (known.seq if known else 0) != (previous.seq if previous else 0):
            return False
        self.announced.append(event)
        row = FakeRow(version=event.version, epoch=event.epoch)
        self.rows[event.paper] = FakeEntry(row, len(self.announced))
        return True


class FakeObjects:
    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    async def put(self, prefix: str, body: bytes, content_type: str, /) -> ObjectRef:
        assert content_type == "application/pdf"
        digest = hashlib.sha256(body).hexdigest()
        key = f"{prefix}/{digest[:2]}/{digest}"
        self.bodies[key] = body
        return ObjectRef(key=key, sha256=digest, size_bytes=len(body))


class FakeBus:
    def __init__(self) -> None:
        self.schedules: dict[str, tuple[str, Message, str]] = {}

    async def schedule(self, name: str, cron: str, message: Message, *, time_zone: str) -> None:
        self.schedules[name] = (cron, message, time_zone)

    async def unschedule(self, name: str, /) -> None:
        self.schedules.pop(name, None)


def record(paper: str = "arxiv:2607.00001", version: int = 1, **more: Any) -> Record:
    """A record with the defaults a test does not care about."""
    changed = more.pop("changed", "2026-07-14")
    meta = PaperMeta(**{"title": "A title", "categories": ("cs.AI",), "announced": changed, **more})
    return Record(paper=paper, version=version, meta=meta, changed=changed)


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose time jumps to the next thing to do instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__()
        self._at = 1_000_000.0

    def time(self) -> float:
        return self._at

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self._at = max(self._at, self._scheduled[0]._when)  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def virtually(work: Callable[[asyncio.AbstractEventLoop], Coroutine[Any, Any, Any]]) -> Any:
    """Run a coroutine in virtual time."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(work(loop))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
