"""This machine: room on the disk, and logs that grew."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from cli.doctor.finding import Finding, Level
from cli.doctor.settings import DoctorSettings
from cli.storage.holding import Disk
from common.topology import MIB

DISK: tuple[tuple[float, Level, str], ...] = (
    (0.95, "unhealthy", "paperbus storage cleanup --dry-run (emergency: act now)"),
    (0.90, "degraded", "paperbus storage cleanup --dry-run"),
    (0.80, "degraded", "paperbus storage analyze"),
)
LOG_BYTES = 100 * MIB


async def look(own: DoctorSettings, volumes: Mapping[str, str]) -> list[Finding]:
    """The disk of the data folder, or of the folder this runs in, and all named volumes."""
    folder = Path(own.data_dir) if own.data_dir else Path.cwd()
    places = {str(folder): folder, **{name: Path(path) for name, path in volumes.items()}}
    logs = sorted((folder / "logs").glob("*.log")) if own.data_dir else []
    return [
        *(_measured(name, path) for name, path in places.items()),
        *(log(path.name, path.stat().st_size) for path in logs if path.is_file()),
    ]


def _measured(name: str, path: Path) -> Finding:
    try:
        usage = shutil.disk_usage(path)
    except OSError as error:
        says = f"cannot be looked at: {error.strerror}"
        mend = "name a folder of this machine in DATA_DIR or CENSUS_VOLUMES"
        return Finding(check="disk", about=name, level="note", says=says, mend=mend)
    found = Disk(used_bytes=usage.used, free_bytes=usage.free)
    return disk(name, found.used_ratio, found.free_bytes)


def disk(about: str, used: float, free_bytes: int) -> Finding:
    """How full the disk is; pure."""
    says = f"{used:.0%} used, {free_bytes / (1 << 30):.1f} GiB free"
    for limit, level, mend in DISK:
        if used >= limit:
            return Finding(check="disk", about=about, level=level, says=says, mend=mend)
    return Finding(check="disk", about=about, says=says)


def log(name: str, size_bytes: int) -> Finding:
    """Whether a log grew too large; pure."""
    says = f"{size_bytes / MIB:.0f} MiB"
    if size_bytes <= LOG_BYTES:
        return Finding(check="logs", about=name, says=says)
    mend = f"paperbus errors; then shorten it in place: truncate -s 0 {name}"
    return Finding(check="logs", about=name, level="degraded", says=says, mend=mend)
