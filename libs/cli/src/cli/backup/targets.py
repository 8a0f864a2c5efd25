"""Where backups lie: a folder, or a bucket of any S3."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from cli.backup.settings import BackupSettings
from common import objectfiles, objects
from common.errors import Terminal, Unavailable, UsageError
from common.objectlist import listed
from common.objects import Objects
from common.settings import ObjectsSettings

FRESH = ".fresh"


class Lying(NamedTuple):
    """One file of a target; ``changed_s`` is in seconds since 1970."""

    size_bytes: int
    changed_s: float


class Target(Protocol):
    """Files under names with slashes. All methods raise Unavailable, Terminal."""

    shown: str

    async def prepare(self) -> None:
        """Make it ready to take files."""

    async def put(self, name: str, source: Path) -> None:
        """Take a file as a whole or not at all."""

    async def get(self, name: str, into: Path) -> None:
        """Write a file out; Terminal when there is none."""

    async def names(self, prefix: str) -> dict[str, Lying]:
        """All files below a prefix."""

    async def remove(self, name: str) -> None:
        """Take a file away; none there is success."""


def target_of(settings: BackupSettings, store: ObjectsSettings) -> Target:
    """The target that the settings name; raises UsageError."""
    parts = urlsplit(settings.backup_target)
    if parts.scheme == "s3":
        if not parts.netloc:
            raise UsageError("BACKUP_TARGET", "names no bucket; write it like s3://bucket/prefix")
        found = _store_of(settings, store, parts.netloc)
        return InBucket(found, parts.netloc, parts.path.strip("/"))
    if parts.scheme and len(parts.scheme) > 1:
        raise UsageError("BACKUP_TARGET", "is neither a folder nor s3://bucket/prefix")
    return InFolder(Path(settings.backup_target).expanduser())


def _store_of(settings: BackupSettings, store: ObjectsSettings, bucket: str) -> Objects:
    own = bool(settings.backup_s3_url)
    chosen = ObjectsSettings(
        s3_url=settings.backup_s3_url or store.s3_url,
        s3_access_key=settings.backup_s3_access_key or store.s3_access_key,
        s3_secret_key=settings.backup_s3_secret_key or store.s3_secret_key,
        s3_bucket=bucket,
        s3_region=settings.backup_s3_region if own else store.s3_region,
    )
    return objects.connect(chosen)


class InFolder:
    """Backups in a folder that only its owner may read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.shown = str(path)

    async def prepare(self) -> None:
        """Make the folder."""
        try:
            self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            words = f"{self._path} cannot be made ({error.strerror}); name another folder"
            raise UsageError("BACKUP_TARGET", words) from error

    async def put(self, name: str, source: Path) -> None:
        """Copy, make it lasting, then give it its name."""
        await asyncio.to_thread(self._put, name, source)

    async def get(self, name: str, into: Path) -> None:
        """Copy it out."""
        try:
            await asyncio.to_thread(shutil.copyfile, self._path / name, into)
        except FileNotFoundError as error:
            raise Terminal(f"{name} is not in {self.shown}", reason="backup") from error
        except OSError as error:
            raise Unavailable("backups", f"{name}: {error.strerror}") from error

    async def names(self, prefix: str) -> dict[str, Lying]:
        """Look through the folder."""
        return await asyncio.to_thread(self._names, prefix)

    async def remove(self, name: str) -> None:
        """Unlink it, and the folder it leaves empty."""
        path = self._path / name
        try:
            path.unlink(missing_ok=True)
            if path.parent != self._path and not any(path.parent.iterdir()):
                path.parent.rmdir()
        except FileNotFoundError:
            return
        except OSError as error:
            raise Unavailable("backups", f"{name}: {error.strerror}") from error

    def _put(self, name: str, source: Path) -> None:
        path = self._path / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            number, fresh = tempfile.mkstemp(dir=path.parent, suffix=FRESH)
            with os.fdopen(number, "wb") as out, source.open("rb") as file:
                shutil.copyfileobj(file, out, 1 << 20)
                out.flush()
                os.fsync(out.fileno())
            Path(fresh).replace(path)
        except OSError as error:
            raise Unavailable("backups", f"{self.shown}: {error.strerror}") from error

    def _names(self, prefix: str) -> dict[str, Lying]:
        top = self._path / prefix.rpartition("/")[0]
        found = {}
        for path in top.rglob("*") if top.is_dir() else ():
            name = path.relative_to(self._path).as_posix()
            if path.is_file() and name.startswith(prefix) and path.suffix != FRESH:
                about = path.stat()
                found[name] = Lying(about.st_size, about.st_mtime)
        return found


class InBucket:
    """Backups below a prefix of a bucket."""

    def __init__(self, store: Objects, bucket: str, prefix: str) -> None:
        self._store = store
        self._prefix = f"{prefix}/" if prefix else ""
        self.shown = f"s3://{bucket}/{prefix}"

    async def prepare(self) -> None:
        """Make the bucket."""
        await self._store.ensure_bucket()

    async def put(self, name: str, source: Path) -> None:
        """Upload it; an object is there as a whole or not at all."""
        await objectfiles.upload(self._store, self._prefix + name, source)

    async def get(self, name: str, into: Path) -> None:
        """Download it."""
        await objectfiles.download(self._store, self._prefix + name, into)

    async def names(self, prefix: str) -> dict[str, Lying]:
        """List the bucket."""
        cut = len(self._prefix)
        return {
            one.key[cut:]: Lying(one.size_bytes, one.changed_s)
            for one in await listed(self._store, self._prefix + prefix)
        }

    async def remove(self, name: str) -> None:
        """Delete it."""
        await self._store.remove(self._prefix + name)
