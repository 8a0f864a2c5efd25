"""What this machine itself knows: its volumes, and the keys of the bus. These functions block."""

from collections.abc import Mapping
from pathlib import Path

from cli.census.sheet import Found, Values
from cli.storage.survey import of_disks
from common.buskeys import SUFFIX


def disks(volumes: Mapping[str, str]) -> Found:
    """How full each volume is; one that is not there is left out."""
    found = of_disks(volumes)
    return {
        "disk_used_ratio": {(name,): disk.used_ratio for name, disk in found.items()},
        "disk_free_bytes": {(name,): disk.free_bytes for name, disk in found.items()},
    }


def keys(folder: Path, now_s: float) -> Found:
    """How old each key is, by the time of its file; those that cannot be seen are left out."""
    ages: Values = {
        (file.stem,): max(0.0, now_s - file.stat().st_mtime) for file in folder.glob(f"*{SUFFIX}")
    }
    return {"key_age_seconds": ages}
