"""A folder feed: every PDF becomes a paper and is moved on."""

import asyncio
import hashlib
from pathlib import Path

import msgspec
import structlog

from common.errors import Terminal
from common.kv import key
from fetcher import inbox, sidecar
from fetcher.announce import Announcer
from fetcher.arxiv import is_pdf, kind_of
from fetcher.download import PREFIX
from fetcher.feeds import FolderFeed
from fetcher.ports import AnyKv, KvEntry, Now, Objects
from fetcher.record import Record
from fetcher.tally import Tally

log = structlog.get_logger("paperbus")


class FolderRules(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of folder feeds."""

    max_bytes: int = 50_000_000
    settle_s: float = 2.0


class FolderRun:
    """Looks through folders; a file is moved only after its announcement is stored."""

    def __init__(
        self, announcer: Announcer, objects: Objects, kv: AnyKv, *, rules: FolderRules, now: Now
    ) -> None:
        self._announcer, self._objects, self._kv = announcer, objects, kv
        self._rules, self._now = rules, now
        self._one_at_a_time = asyncio.Lock()

    async def run(self, feed: FolderFeed, tally: Tally) -> None:
        """Every file that is ready; raises UsageError when the folder is missing."""
        async with self._one_at_a_time:
            for one in await asyncio.to_thread(self.waiting, feed):
                if tally.full:
                    return
                await self._file(feed, one, tally)

    def waiting(self, feed: FolderFeed) -> list[inbox.Waiting]:
        """The files that are ready now; raises UsageError when the folder is missing."""
        return inbox.ready(
            Path(feed.path),
            feed.pattern,
            settle_s=self._rules.settle_s,
            now=self._now().timestamp(),
        )

    def preview(self, feed: FolderFeed) -> tuple[list[Record], list[str]]:
        """What the files that are ready would become, and those refused; nothing is touched."""
        records: list[Record] = []
        refused: list[str] = []
        for one in self.waiting(feed):
            try:
                body = inbox.read_limited(one.path, self._rules.max_bytes)
                records.append(self._describe(feed, one, body))
            except Terminal as error:
                refused.append(f"{one.path.name}: {error}")
        return records, refused

    async def _file(self, feed: FolderFeed, one: inbox.Waiting, tally: Tally) -> None:
        try:
            body = await asyncio.to_thread(inbox.read_limited, one.path, self._rules.max_bytes)
            record = await asyncio.to_thread(self._describe, feed, one, body)
            await self._take(record, body, tally)
        except FileNotFoundError:
            return  # another replica shares the folder and was faster
        except Terminal as error:
            tally.counts = tally.counts.plus(seen=1, matched=1, failed=1)
            tally.failed[one.path.name[:100]] = str(error)
            log.warning("file_refused", feed=feed.name, file=one.path.name, error=str(error))
            self._move(one, inbox.FAILED, str(self._now().timestamp()), f"{one.path.name}: {error}")
        else:
            self._move(one, inbox.PROCESSED, hashlib.sha256(body).hexdigest()[:8], "")

    def _describe(self, feed: FolderFeed, one: inbox.Waiting, body: bytes) -> Record:
        if not is_pdf(body):
            raise inbox.BadFile(f"it is {kind_of(body)}, not a PDF", reason="not_pdf")
        known = sidecar.read_sidecar(inbox.read_beside(one))
        digest = hashlib.sha256(body).hexdigest()
        record = sidecar.describe(known, body, sha256=digest, stem=one.path.stem, now=self._now())
        meta = msgspec.structs.replace(
            record.meta, feeds=(feed.name,), licence=record.meta.licence or feed.licence
        )
        return msgspec.structs.replace(record, meta=meta)

    async def _take(self, record: Record, body: bytes, tally: Tally) -> None:
        tally.see(record)
        digest = hashlib.sha256(body).hexdigest()
        mark = key("file", digest)
        if await self._kv.get(mark) is not None:
            tally.count(record, "had")
            return
        document = key("document", record.paper)
        record = _as_next_version(record, digest, await self._kv.get(document))
        stored = await self._objects.put(PREFIX, body, "application/pdf")
        tally.count(record, await self._announcer.announce(record, pdf=stored))
        await self._kv.put(document, f"{record.version} {digest}".encode())
        await self._kv.put(mark, record.paper.encode())

    @staticmethod
    def _move(one: inbox.Waiting, where: str, mark: str, reason: str) -> None:
        try:
            inbox.move_on(one, where, mark=mark, reason=reason)
        except FileNotFoundError:
            return
        except OSError as error:
            log.warning("file_not_moved", file=one.path.name, to=where, error=error.strerror)


def _as_next_version(record: Record, digest: str, known: KvEntry | None) -> Record:
    """The record with the next version when its work came with other bytes before."""
    if known is None or record.version > 1:
        return record
    version, _, newest = known.value.decode().partition(" ")
    number = int(version) if newest == digest else int(version) + 1
    return msgspec.structs.replace(record, version=number)
