"""``python prune.py paperbus-fetcher``: uninstall what that distribution does not need.

Run once while an image is made, in the environment that has everything of the lock.
"""

import re
import subprocess
import sys
from importlib import metadata

from packaging.requirements import Requirement


def named(name: str) -> str:
    """A distribution's name as all spellings of it are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(root: str) -> set[str]:
    """What ``root`` requires, and what that requires, as far as it is installed."""
    found: set[str] = set()
    seen: set[tuple[str, str]] = set()
    waiting = [(named(root), "")]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            requires = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # left out of the lock on purpose: requirements-override.in says why
        found.add(name)
        for requirement in map(Requirement, requires):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                asked = named(requirement.name)
                waiting += [(asked, ""), *((asked, one) for one in requirement.extras)]
    return found


def main(root: str) -> int:
    """Uninstall the rest, pip itself last; the exit code."""
    keep = needed(root)
    if named(root) not in keep:
        sys.exit(f"{root} is not installed; SERVICE is a folder of services/, or cli")
    there = {named(one.metadata["Name"]) for one in metadata.distributions()}
    rest = sorted(there - keep - {"pip"})
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    for names in (rest, [] if "pip" in keep else ["pip"]):
        if names:
            subprocess.run([*pip, "uninstall", "--quiet", "--yes", *names], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
