"""The objects of a backup: the list of all, and the bodies that no earlier backup has."""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import msgspec

from cli.backup.archive import Archive, pool_name
from cli.backup.manifest import Listed
from common import objectfiles
from common.errors import Terminal
from common.objectlist import Listed as Lying
from common.objectlist import listed
from common.objects import Objects

AT_ONCE = 8
PAGE = 500
SAY_EVERY = 1000
TYPES = {"pdf": "application/pdf", "text": "application/json", "summary": "application/json"}
OTHER = "application/octet-stream"
_DIGEST = re.compile(r"(?:^|/)([0-9a-f]{64})$")

Say = Callable[[str], None]


async def inventory(store: Objects, known: dict[str, Listed]) -> list[Listed]:
    """Every object with its digest: from its key, from an earlier list, or from its body."""
    found: list[Listed] = []
    there = await listed(store, "")
    for at in range(0, len(there), PAGE):
        page = there[at : at + PAGE]
        digests = await asyncio.gather(*(_digest(store, one, known.get(one.key)) for one in page))
        found += [
            Listed(key=one.key, sha256=digest, size_bytes=one.size_bytes, changed_s=one.changed_s)
            for one, digest in zip(page, digests, strict=True)
            if digest
        ]
    return found


async def _digest(store: Objects, one: Lying, known: Listed | None) -> str:
    if match := _DIGEST.search(one.key):
        return match[1]
    if known is not None and (known.size_bytes, known.changed_s) == (one.size_bytes, one.changed_s):
        return known.sha256
    if found := await objectfiles.digest(store, one.key):
        return found
    ref = await store.ref(one.key)
    return "" if ref is None else ref.sha256


def write_list(objects: Iterable[Listed], into: Path) -> None:
    """One JSON value a line."""
    with into.open("wb") as file:
        for one in objects:
            file.write(msgspec.json.encode(one) + b"\n")


def write_digests(objects: Iterable[Listed], into: Path) -> None:
    """One digest a line: what the pool must keep, for whoever cannot read the list."""
    into.write_text("".join(f"{digest}\n" for digest in sorted({one.sha256 for one in objects})))


def read_list(path: Path) -> dict[str, Listed]:
    """What ``write_list`` wrote, by key; raises Terminal."""
    decode = msgspec.json.Decoder(Listed).decode
    try:
        with path.open("rb") as file:
            return {one.key: one for one in map(decode, file)}
    except msgspec.DecodeError as error:
        raise Terminal(f"the list of objects is damaged: {error}", reason="backup") from error


class Copier:
    """Copies bodies between the store and the pool."""

    def __init__(self, store: Objects, archive: Archive, say: Say) -> None:
        self._store = store
        self._archive = archive
        self._say = say
        self._gate = asyncio.Semaphore(AT_ONCE)
        self.done = 0
        self.problems: list[str] = []
        """Keys whose bodies are gone or damaged."""

    async def keep(self, objects: list[Listed]) -> int:
        """Put into the pool what it lacks; how many bodies that were."""
        pool = await self._archive.pool()
        missing = {one.sha256: one for one in objects if one.sha256 not in pool}
        await self._each(list(missing.values()), self._keep)
        return len(missing) - len(self.problems)

    async def give_back(self, objects: dict[str, Listed]) -> int:
        """Put into the store what it lacks; how many bodies that were."""
        pool = await self._archive.pool()
        sizes = await self._store.sizes("")
        wanted = [one for one in objects.values() if sizes.get(one.key) != one.size_bytes]

        async def back(one: Listed) -> None:
            name = pool.get(one.sha256)
            body = None if name is None else await self._archive.body(name)
            if body is None or hashlib.sha256(body).hexdigest() != one.sha256:
                self.problems.append(one.key)
                return
            kind = TYPES.get(one.key.partition("/")[0], OTHER)
            await self._store.remove(one.key)  # what is there has another size
            await self._store.put_at(one.key, body, kind)

        await self._each(wanted, back)
        return len(wanted) - len(self.problems)

    async def look(self, objects: Iterable[Listed], *, read: bool) -> None:
        """Note which bodies the pool lacks, or, when ``read``, has damaged."""
        pool = await self._archive.pool()

        async def looked(one: Listed) -> None:
            name = pool.get(one.sha256)
            if name is None or (read and not await self._is_whole(name, one.sha256)):
                self.problems.append(one.key)

        await self._each(list(objects), looked)

    async def _is_whole(self, name: str, digest: str) -> bool:
        try:
            return hashlib.sha256(await self._archive.body(name)).hexdigest() == digest
        except Terminal:
            return False

    async def _keep(self, one: Listed) -> None:
        body = await self._store.find(one.key)
        if body is None or hashlib.sha256(body).hexdigest() != one.sha256:
            self.problems.append(one.key)
            return
        plain = self._archive.new_file("body")
        await asyncio.to_thread(plain.write_bytes, body)
        await self._archive.store(pool_name(one.sha256), plain)
        plain.unlink()

    async def _each(self, objects: list[Listed], work: Callable[[Listed], Awaitable[None]]) -> None:
        async def one_of(one: Listed) -> None:
            async with self._gate:
                await work(one)
            self.done += 1
            if self.done % SAY_EVERY == 0:
                self._say(f"{self.done} of {len(objects)} bodies")

        for at in range(0, len(objects), PAGE):
            async with asyncio.TaskGroup() as group:
                for one in objects[at : at + PAGE]:
                    group.create_task(one_of(one))
