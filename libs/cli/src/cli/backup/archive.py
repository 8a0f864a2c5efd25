"""The backups of a target: their files sealed and checked, and what each says about itself."""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from cli.backup import sealing
from cli.backup.manifest import NAME, Manifest, Part, decode, encode
from cli.backup.targets import Target
from common.errors import Terminal, UsageError

POOL = "objects/"
"""Bodies of objects by their digest; all backups share them."""
_ID = re.compile(r"^\d{8}T\d{6}Z(-\d+)?$")


class Archive:
    """A target with a folder for what is on its way. All methods raise Unavailable, Terminal."""

    def __init__(
        self, target: Target, staging: Path, *, recipient: str = "", identity: str = ""
    ) -> None:
        self.target = target
        self.staging = staging
        self.recipient = recipient
        self._identity = Path(identity).expanduser() if identity else None
        self._count = 0

    async def store(self, name: str, source: Path, *, is_open: bool = False) -> Part:
        """Seal a file and put it into the target; an open one is not encrypted."""
        recipient = "" if is_open else self.recipient
        name += sealing.suffix(recipient)
        sealed = self._fresh(name)
        await asyncio.to_thread(sealing.seal, source, sealed, recipient)
        digest = await asyncio.to_thread(sealing.digest, sealed)
        part = Part(name=name, sha256=digest, size_bytes=sealed.stat().st_size)
        await self.target.put(name, sealed)
        sealed.unlink()
        return part

    async def check(self, manifest: Manifest, say: Callable[[str], None]) -> None:
        """Read every file; raises Terminal for one that is gone or not as it was written."""
        say(f"reading the files of {manifest.id}")
        for part in manifest.parts:
            if problem := await self.problem(part):
                raise Terminal(problem, reason="backup")

    async def problem(self, part: Part) -> str:
        """What is wrong with a file as it lies in the target; empty when nothing is."""
        fetched = self._fresh(part.name)
        try:
            await self.target.get(part.name, fetched)
            found = await asyncio.to_thread(sealing.digest, fetched)
        except Terminal as error:
            return str(error)
        finally:
            fetched.unlink(missing_ok=True)
        return "" if found == part.sha256 else f"{part.name} is damaged: its sha256 differs"

    async def fetch(self, part: Part) -> Path:
        """A file as it was before it was sealed; raises UsageError without the identity."""
        fetched = self._fresh(part.name)
        await self.target.get(part.name, fetched)
        if await asyncio.to_thread(sealing.digest, fetched) != part.sha256:
            raise Terminal(f"{part.name} is damaged: its sha256 differs", reason="backup")
        return await self._opened(fetched)

    async def body(self, name: str) -> bytes:
        """The body of an object from the pool."""
        fetched = self._fresh(name)
        await self.target.get(name, fetched)
        opened = await self._opened(fetched)
        body = await asyncio.to_thread(opened.read_bytes)
        opened.unlink()
        return body

    async def pool(self) -> dict[str, str]:
        """Digest and name of every body in the pool."""
        names = await self.target.names(POOL)
        return {name.rpartition("/")[2].partition(".")[0]: name for name in names}

    async def write(self, manifest: Manifest) -> None:
        """Write what makes a backup one: nothing without it counts."""
        path = self._fresh(NAME)
        path.write_bytes(encode(manifest))
        await self.target.put(f"{manifest.id}/{NAME}", path)
        path.unlink()

    async def ids(self) -> list[str]:
        """The backups that were finished, oldest first."""
        ends = [name.split("/") for name in await self.target.names("")]
        return sorted(parts[0] for parts in ends if len(parts) == 2 and _is_manifest(parts))

    async def read(self, ident: str) -> Manifest:
        """What a backup says about itself; ``latest`` is the newest. Raises UsageError."""
        known = await self.ids()
        ident = known[-1] if ident == "latest" and known else ident
        if ident not in known:
            words = f"{ident} is not in {self.target.shown}; see `paperbus backup list`"
            raise UsageError("BACKUP", words)
        path = self._fresh(NAME)
        await self.target.get(f"{ident}/{NAME}", path)
        body = path.read_bytes()
        path.unlink()
        return decode(body)

    def new_file(self, name: str) -> Path:
        """A place for something that is on its way."""
        return self._fresh(name)

    async def _opened(self, fetched: Path) -> Path:
        plain = self._fresh("plain")
        try:
            await asyncio.to_thread(sealing.unseal, fetched, plain, self._identity)
        finally:
            discard(fetched)
        return plain

    def _fresh(self, name: str) -> Path:
        self._count += 1
        return self.staging / f"{self._count}-{name.rpartition('/')[2]}"


def discard(path: Path) -> None:
    """What is on its way no more."""
    path.unlink(missing_ok=True)


def pool_name(digest: str) -> str:
    """Where the body with a digest lies, but for the suffix of how it is sealed."""
    return f"{POOL}{digest[:2]}/{digest}"


@contextmanager
def staged() -> Iterator[Path]:
    """A folder for what is on its way; TMPDIR says on which disk."""
    with TemporaryDirectory(prefix="paperbus-backup-") as folder:
        yield Path(folder)


def _is_manifest(parts: list[str]) -> bool:
    return bool(_ID.match(parts[0])) and parts[1] == NAME
