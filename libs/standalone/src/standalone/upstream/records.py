"""Records as recorded: one paper as announced, and reading a day of them from JSON lines."""

import gzip
import zlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

GZIP_MAGIC = b"\x1f\x8b"
DAY_FOLDER = Path(__file__).resolve().parents[1] / "day"


class DayError(Exception):
    """A day file that cannot be replayed; the message names the file and the line."""


class StatedVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version whose submission time is known: `at` is RFC 3339 with a zone."""

    version: int
    at: str
    withdrawn: bool = False


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One paper as recorded; `seen` is the announcement day, and what follows it is optional."""

    id: str
    title: str
    authors: list[str]
    categories: list[str]
    abstract: str
    classes: list[str] = []
    comment: str | None = None
    seen: str | None = None
    version: int | None = None
    withdrawn: bool | None = None
    license: str | None = None
    doi: str | None = None
    journal_ref: str | None = None
    report_no: str | None = None
    submitter: str | None = None
    versions: list[StatedVersion] = []


_decoder = msgspec.json.Decoder(Record)


def bundled_day() -> Path:
    """Return the recorded day that ships with the package."""
    return next(iter(sorted(DAY_FOLDER.glob("*.jsonl.gz"))))


def decode_lines(lines: Iterable[bytes], source: str) -> list[Record]:
    """Decode JSON lines, blank ones skipped. Raises DayError with the line's number."""
    records = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = _decoder.decode(line)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise DayError(f"{source}, line {number}: {error}") from error
        if not record.categories:
            raise DayError(f"{source}, line {number}: the record {record.id} has no category")
        records.append(record)
    return records


def read_day(path: Path) -> list[Record]:
    """Read a day file, plain or gzip; records without a day get the newest of the file.

    Raises DayError when the file cannot be read, is empty, or no record has a day.
    """
    try:
        data = path.read_bytes()
        if data.startswith(GZIP_MAGIC):
            data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise DayError(f"{path}: {error}") from error
    records = decode_lines(data.splitlines(), str(path))
    if not records:
        raise DayError(f"{path}: no record in it; expected JSON lines, one paper a line")
    newest = max((record.seen for record in records if record.seen), default=None)
    if newest is None:
        raise DayError(f"{path}: no record has `seen`, the announcement day (YYYY-MM-DD)")
    return [
        record if record.seen else msgspec.structs.replace(record, seen=newest)
        for record in records
    ]
