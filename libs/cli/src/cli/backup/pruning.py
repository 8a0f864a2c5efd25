"""Which backups are past their time, and what goes with them."""

from collections.abc import Mapping
from typing import NamedTuple

from cli.backup.archive import POOL, Archive, finished, is_id
from cli.backup.manifest import NAME, Manifest
from cli.backup.targets import Lying
from common.topology import DAY_S

UNFINISHED_S = DAY_S
"""What has no manifest after so long, or no backup that names it, belongs to nothing."""


class Pruned(NamedTuple):
    """What goes: backups by id, and how many files with how many bytes."""

    backups: tuple[str, ...]
    files: tuple[str, ...]
    size_bytes: int
    kept: int
    """Backups that stay."""


def past(good: Mapping[str, float], now_s: float, keep_days: int) -> set[str]:
    """Finished backups (id and time) that are too old; the newest one never is."""
    newest = max(good, key=lambda ident: (good[ident], ident), default="")
    oldest_s = now_s - keep_days * DAY_S
    return {ident for ident, at_s in good.items() if at_s < oldest_s and ident != newest}


async def plan(archive: Archive, now_s: float, keep_days: int) -> Pruned:
    """What would go. Raises Unavailable, Terminal, UsageError."""
    files = await archive.target.names("")
    ids = finished(files)
    good = {ident: files[f"{ident}/{NAME}"].changed_s for ident in ids}
    gone = past(good, now_s, keep_days)
    stay = [await archive.manifest(ident) for ident in ids if ident not in gone]
    names = _of_backups(files, gone, set(ids), now_s)
    names += await _of_pool(archive, files, stay, now_s)
    size = sum(files[name].size_bytes for name in names)
    return Pruned(tuple(sorted(gone)), tuple(names), size, len(stay))


async def prune(archive: Archive, found: Pruned) -> None:
    """Take away what was found; the manifest first, so that no half backup looks whole."""
    for name in sorted(found.files, key=lambda name: not name.endswith(NAME)):
        await archive.target.remove(name)


def _of_backups(
    files: Mapping[str, Lying], gone: set[str], known: set[str], now_s: float
) -> list[str]:
    found = []
    for name, lying in files.items():
        ident = name.partition("/")[0]
        if name.startswith(POOL):
            continue
        stale = ident not in known and now_s - lying.changed_s > UNFINISHED_S
        if ident in gone or (stale and is_id(ident)):
            found.append(name)
    return found


async def _of_pool(
    archive: Archive, files: Mapping[str, Lying], stay: list[Manifest], now_s: float
) -> list[str]:
    old = [
        name
        for name, lying in files.items()
        if name.startswith(POOL) and now_s - lying.changed_s > UNFINISHED_S
    ]
    if not old:
        return []
    named: set[str] = set()
    for manifest in stay:
        if manifest.objects.digests is not None:
            path = await archive.fetch(manifest.objects.digests)
            named.update(path.read_text().split())
            path.unlink()
    return [name for name in old if name.rpartition("/")[2].partition(".")[0] not in named]
