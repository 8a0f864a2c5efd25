"""Where benches find their data and keep what took long, and how they tell of progress."""

import os
import sys
import time
from pathlib import Path

from source_tree import ROOT


def data_folder(part: str = "") -> Path:
    """Where the data is: DATA=DIR, or beside the project."""
    return Path(os.environ.get("DATA") or ROOT.parent / "shared" / "data" / part)


def cache_folder() -> Path:
    """Where vectors are kept: CACHE=DIR, or below data/, which is nobody's but this machine's."""
    return Path(os.environ.get("CACHE") or ROOT / "data" / "bench")


def say(text: str) -> None:
    """Progress, away from the figures."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)
