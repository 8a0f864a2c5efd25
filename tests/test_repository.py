"""Nothing in the repository names the place where it was made."""

import re
import subprocess
from pathlib import Path

import pytest

from source_tree import ROOT

PRIVATE = re.compile(
    rb"/(?:work|root|tmp/pb)/|(?:^|[\s=\"'])/(?:work|root)\b"
    rb"|index-url|extra-index-url|PIP_INDEX|UV_INDEX|https?://[\w.-]*(?:artifactory|nexus|pypi\.)[\w.-]*"
)
HERE = "tests/test_repository.py"


def repository_files() -> list[Path]:
    """Tracked files and those that could be added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = listed.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and name != HERE and (ROOT / name).is_file()]


def test_nothing_names_the_place_where_it_was_made() -> None:
    found = []
    for file in repository_files():
        body = file.read_bytes()
        if b"\0" in body[:8000]:
            continue
        for number, line in enumerate(body.splitlines(), start=1):
            if PRIVATE.search(line):
                found.append(f"{file.relative_to(ROOT)}:{number}: {line[:100]!r}")
    assert not found, "\n".join(found)
