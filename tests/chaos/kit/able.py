"""What this machine can inject. What it cannot is reported as not run, never as passed."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

FAKETIME = ("/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime")


@cache
def reason_against(what: str) -> str:
    """Why ``what`` cannot be injected here; empty when it can."""
    if what == "faketime":
        return "" if faketime_library() else "libfaketime is not installed (Debian: faketime)"
    if os.geteuid() != 0:
        return f"{what} needs root"
    if what == "strace":
        return _strace()
    if what == "loop":
        return _loop()
    return "" if _runs("mount", "--version") else "mount is missing"


def needs(what: str) -> pytest.MarkDecorator:
    """Skip a test, saying that it was not run, where ``what`` cannot be injected."""
    reason = reason_against(what)
    return pytest.mark.skipif(bool(reason), reason=f"not run: {reason}")


def faketime_library() -> Path | None:
    """Where libfaketime is."""
    for folder in FAKETIME:
        found = Path(folder) / "libfaketimeMT.so.1"
        if found.exists():
            return found
    return None


def _strace() -> str:
    if shutil.which("strace") is None:
        return "strace is not installed"
    works = _runs("strace", "-o", "/dev/null", "-e", "inject=fsync:error=EIO", "true")
    return "" if works else "strace may not trace here"


def _loop() -> str:
    if shutil.which("mkfs.ext4") is None:
        return "mkfs.ext4 is not installed"
    return "" if _runs("losetup", "-f") else "there is no free loop device"


def _runs(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
