"""Files packed (gzip) and, where a recipient is set, encrypted (age); and opened again."""

import gzip
import hashlib
import os
import shutil
from pathlib import Path

from common.errors import Terminal, UsageError

LEVEL = 1
"""The bulk is packed already, by the bus and as PDF, so more would cost time for little."""
PACKED, LOCKED = ".gz", ".age"
_COPY = 1 << 20


def suffix(recipient: str) -> str:
    """What a sealed file is called behind its name."""
    return PACKED + LOCKED * bool(recipient)


def seal(source: Path, into: Path, recipient: str = "") -> None:
    """Pack a file, and encrypt it for ``recipient``; raises UsageError for a wrong key."""
    packed = into.with_name(into.name + ".packed") if recipient else into
    with (
        source.open("rb") as file,
        packed.open("wb") as out,
        gzip.GzipFile("", "wb", LEVEL, out, mtime=0) as pack,
    ):
        shutil.copyfileobj(file, pack, _COPY)
    if not recipient:
        return
    import pyrage  # late: only who encrypts needs it

    try:
        key = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise UsageError("BACKUP_RECIPIENT", f"is no public key of age: {error}") from error
    pyrage.encrypt_file(str(packed), str(into), [key])
    packed.unlink()


def unseal(source: Path, into: Path, identity: Path | None = None) -> None:
    """The file as it was; raises UsageError for a missing or wrong identity, Terminal."""
    is_locked = source.name.endswith(LOCKED)
    packed = source.with_name(source.name + ".open") if is_locked else source
    try:
        if is_locked:
            _decrypt(source, packed, identity)
        with gzip.open(packed, "rb") as file, into.open("wb") as out:
            shutil.copyfileobj(file, out, _COPY)
    except (OSError, EOFError) as error:
        raise Terminal(f"{source.name} cannot be unpacked: {error}", reason="backup") from error
    finally:
        if packed != source:
            packed.unlink(missing_ok=True)


def make_identity(file: Path) -> str:
    """Write a new identity that only its owner can read; the public key that fits."""
    import pyrage  # late: see seal

    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError("FILE", f"{file} is there already and is not overwritten") from error
    except OSError as error:
        raise UsageError("FILE", f"{file} cannot be written: {error.strerror}") from error
    with os.fdopen(number, "w") as out:
        out.write(f"# public key: {public}\n{identity}\n")
    return public


def digest(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _decrypt(source: Path, into: Path, identity: Path | None) -> None:
    import pyrage  # late: see seal

    try:
        pyrage.decrypt_file(str(source), str(into), [_identity(identity)])
    except pyrage.DecryptError as error:
        words = f"does not open this backup ({error}); name the file with the right identity"
        raise UsageError("BACKUP_IDENTITY_FILE", words) from error


def _identity(file: Path | None) -> object:
    import pyrage  # late: see seal

    if file is None:
        words = "the backup is encrypted; name the file with the identity of age"
        raise UsageError("BACKUP_IDENTITY_FILE", words)
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        key = next(line.strip() for line in lines if line.strip() and not line.startswith("#"))
        return pyrage.x25519.Identity.from_str(key)
    except (OSError, UnicodeDecodeError, StopIteration, pyrage.IdentityError) as error:
        words = f"{file} holds no identity of age"
        raise UsageError("BACKUP_IDENTITY_FILE", words) from error
