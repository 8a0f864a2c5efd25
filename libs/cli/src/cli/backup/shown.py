"""Backups in words."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cli.audit.checks import table
from cli.backup.manifest import Manifest
from cli.backup.pruning import Pruned
from cli.backup.record import Record
from cli.backup.restoring import Restored
from common import stateversion

if TYPE_CHECKING:
    from cli.backup.examining import Examined

KIB = 1024.0
SHOWN = 5
FINDINGS = 20
REBUILD = "paperbus replay --projection index"
MEND = "paperbus reconcile"


def size(count: float) -> str:
    """Bytes for people."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < KIB:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= KIB
    return f"{count:.1f} TiB"


def made(record: Record) -> Iterator[str]:
    """A backup that was just made."""
    kept = "with their bodies" if record.objects_included else "the list alone"
    yield f"backup {record.id} in {record.target}: {size(record.size_bytes)} in {record.took_s} s"
    yield f"  {record.messages} messages, {record.objects} objects ({kept}), {record.verdict}"
    if not record.index_included:
        yield f"  without the index; it can be made anew with `{REBUILD}`"
    if not record.objects_included:
        yield f"  the bodies ({size(record.objects_bytes)}) are not in it; add them by --objects"
    if not record.encrypted:
        yield "  not encrypted; set BACKUP_RECIPIENT (`paperbus backup key FILE` makes one)"


def line(manifest: Manifest) -> str:
    """One backup in a list."""
    about = [f"{manifest.messages} messages", f"{manifest.objects.count} objects"]
    about += ["with bodies"] if manifest.objects.included else ["no bodies"]
    about += ["with index"] if manifest.index else ["no index"]
    about += ["encrypted"] if manifest.recipient else []
    about += [manifest.note] if manifest.note else []
    return f"{manifest.id:<19} {size(manifest.size_bytes):>10}  {', '.join(about)}"


def examined(found: "Examined") -> Iterator[str]:
    """What the checks say."""
    verdict = found.verdict
    findings = (*verdict.unexplained, *verdict.doubled)
    for one in findings[:FINDINGS]:
        yield f"finding: {one.check}: {one.about}: {one.words}"
    if len(findings) > FINDINGS:
        yield f"… and {len(findings) - FINDINGS} more; --json gives all"
    yield from table(verdict)
    if found.surplus:
        yield f"{len(found.surplus)} things came after the log was cut, and have no cause in it:"
        yield from (f"  {one.about}: {one.words}" for one in found.surplus[:SHOWN])
        yield f"  the sources bring these papers again; `{MEND}` takes out points of unknown ones"
    yield (
        f"{verdict.papers} papers: {verdict.ready} ready, {verdict.dead} dead, {verdict.in_work} "
        f"in work; {verdict.messages} messages, {verdict.points} points, "
        f"{verdict.bodies_read} of {verdict.objects} bodies read"
    )


def restored(manifest: Manifest, found: Restored) -> Iterator[str]:
    """What came back."""
    yield (
        f"restored {manifest.id}: {found.streams} streams with {found.messages} messages, "
        f"{found.objects} bodies the store lacked, {found.collections} collections"
    )
    if found.torn:
        yield f"  {found.torn} messages of a batch that the cut went through were taken out"
    if found.objects_missing:
        yield f"  {len(found.objects_missing)} bodies are neither in the store nor in the backup:"
        yield from (f"    {key}" for key in found.objects_missing[:SHOWN])
        yield f"  start the services, and `{MEND}` has them made or fetched again"
    if not found.collections:
        yield f"  no index came back; start the services and make it with `{REBUILD}`"
    if problem := stateversion.problem(manifest.state_version):
        yield f"  {problem}"


def pruned(found: Pruned, *, dry_run: bool) -> Iterator[str]:
    """What went, or would go."""
    verb = "would be removed" if dry_run else "removed"
    yield from (f"{verb}: backup {ident}" for ident in found.backups)
    yield f"{len(found.files)} files ({size(found.size_bytes)}) {verb}; {found.kept} backups stay"


def together(lines: Iterable[str]) -> str:
    """Lines as one text."""
    return "\n".join(lines)
