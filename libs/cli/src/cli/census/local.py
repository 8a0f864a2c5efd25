"""What this machine itself knows: its volumes, and the keys of the bus. These functions block."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from cli.census.sheet import Found, Values
from common.buskeys import SUFFIX


def disks(volumes: Mapping[str, str]) -> Found:
    """How full each volume is; one that is not there is left out."""
    used: dict[tuple[str, ...], float] = {}
    free: dict[tuple[str, ...], float] = {}
    for name, path in volumes.items():
        if Path(path).exists():
            usage = shutil.disk_usage(path)
            # As ``df`` counts: what only root may still fill is not free.
            used[name,] = usage.used / max(1, usage.used + usage.free)
            free[name,] = usage.free
    return {"disk_used_ratio": used, "disk_free_bytes": free}


def keys(folder: Path, now_s: float) -> Found:
    """How old each key is, by the time of its file; those that cannot be seen are left out."""
    ages: Values = {
        (file.stem,): max(0.0, now_s - file.stat().st_mtime) for file in folder.glob(f"*{SUFFIX}")
    }
    return {"key_age_seconds": ages}
