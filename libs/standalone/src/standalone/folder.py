"""The data folder of a standalone system: one owner, secrets of its own."""

import fcntl
import json
import os
import secrets
from pathlib import Path
from typing import IO

from common.errors import UsageError

SECRET_BYTES = 24


class DataFolder:
    """``data/`` with a folder per server; only one system may use it at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock: IO[str] | None = None

    def claim(self) -> None:
        """Make the folder and lock it; raises UsageError that says what is wrong."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = (self.path / "lock").open("a+")
        except OSError as error:
            raise UsageError(
                "--data", f"{self.path} cannot be written ({error.strerror}); name another folder"
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            lock.close()
            raise UsageError(
                "--data",
                f"{self.path} is in use by another paperbus (process {owner}); "
                "stop that one, or name another folder",
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def release(self) -> None:
        """Let another system have the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def sub(self, name: str) -> Path:
        """A folder below it, made when it is not there."""
        path = self.path / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def secret(self, name: str) -> str:
        """A random text under ``name``, the same at every start; only the owner may read it."""
        kept = self.path / "secrets.json"
        known: dict[str, str] = json.loads(kept.read_text()) if kept.exists() else {}
        if name not in known:
            known[name] = secrets.token_urlsafe(SECRET_BYTES)
            fresh = kept.with_suffix(".new")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                json.dump(known, file, indent=1)
            fresh.replace(kept)
        return known[name]
