"""The backups of a target: their files sealed and checked, and what each says about itself."""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
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
        sealed = self.new_file(name)
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
            (await self._whole(part)).unlink()

    async def fetch(self, part: Part) -> Path:
        """A file as it was before it was sealed; raises UsageError without the identity."""
        return await self._opened(await self._whole(part))

    async def body(self, name: str) -> bytes:
        """The body of an object from the pool."""
        fetched = self.new_file(name)
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
        path = self.new_file(NAME)
        path.write_bytes(encode(manifest))
        await self.target.put(f"{manifest.id}/{NAME}", path)
        path.unlink()

    async def ids(self) -> list[str]:
        """The backups that were finished, oldest first."""
        return finished(await self.target.names(""))

    async def read(self, ident: str) -> Manifest:
        """What a backup says about itself; ``latest`` is the newest. Raises UsageError."""
        known = await self.ids()
        ident = known[-1] if ident == "latest" and known else ident
        if ident not in known:
            words = f"{ident} is not in {self.target.shown}; see `paperbus backup list`"
            raise UsageError("BACKUP", words)
        return await self.manifest(ident)

    async def manifest(self, ident: str) -> Manifest:
        """The same of one that is known to be there."""
        path = self.new_file(NAME)
        await self.target.get(f"{ident}/{NAME}", path)
        body = path.read_bytes()
        path.unlink()
        return decode(body)

    def new_file(self, name: str) -> Path:
        """A place for something that is on its way."""
        self._count += 1
        return self.staging / f"{self._count}-{name.rpartition('/')[2]}"

    async def _whole(self, part: Part) -> Path:
        """A file as it lies in the target."""
        fetched = self.new_file(part.name)
        await self.target.get(part.name, fetched)
        if await asyncio.to_thread(sealing.digest, fetched) != part.sha256:
            raise Terminal(f"{part.name} is damaged: its sha256 differs", reason="backup")
        return fetched

    async def _opened(self, fetched: Path) -> Path:
        plain = self.new_file("plain")
        try:
            await asyncio.to_thread(sealing.unseal, fetched, plain, self._identity)
        finally:
            discard(fetched)
        return plain


def finished(names: Iterable[str]) -> list[str]:
    """The backups with a manifest among the files of a target, oldest first."""
    found = (name.partition("/") for name in names)
    return sorted(ident for ident, _, rest in found if rest == NAME and is_id(ident))


def is_id(text: str) -> bool:
    """Whether a backup may be called so; a target may hold what is not ours."""
    return _ID.match(text) is not None


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
