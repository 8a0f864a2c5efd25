"""What holds for all tests."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from scheduling import Scheduling

# The machine is shared with other tests, so that a slow example says nothing about the code.
settings.register_profile(
    "searching", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=False
)
# The same examples each time: a change is judged by what it changes. Looking for new ones is work
# of its own: pytest --hypothesis-profile searching
settings.register_profile("same", settings.get_profile("searching"), derandomize=True)
settings.load_profile("same")

MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 16 * 2**30
"""The bus wants room for all its streams before it begins, though it never fills it here."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep what tests write in memory where there is room: servers then do not wait for a disk."""
    if config.option.basetemp is None and _has_room(MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling | None:
    """Tests that share what takes long to start stay together."""
    return Scheduling(config, log) if config.getvalue("dist") == "loadscope" else None


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ENOUGH_BYTES
