"""arXiv's archives and categories: their names, and the OAI sets made of them."""

from pathlib import Path
from typing import NamedTuple

GROUPS = {
    "cs": "Computer Science",
    "econ": "Economics",
    "eess": "Electrical Engineering and Systems Science",
    "math": "Mathematics",
    "physics": "Physics",
    "q-bio": "Quantitative Biology",
    "q-fin": "Quantitative Finance",
    "stat": "Statistics",
}


class OaiSet(NamedTuple):
    """A set as ListSets names it."""

    spec: str
    name: str


_LINES = (Path(__file__).parent / "categories.tsv").read_text(encoding="utf-8").splitlines()
_NAMES = {code: name for code, _, name in (line.partition("\t") for line in _LINES)}
_DIVIDED = {code.partition(".")[0] for code in _NAMES if "." in code}
ARCHIVES = {code: name for code, name in _NAMES.items() if "." not in code}
CATEGORIES = {code: name for code, name in _NAMES.items() if code not in _DIVIDED}


def group_of(archive: str) -> str:
    """Return an archive's group: itself for cs, math …, `physics` for all of physics."""
    return archive if archive in GROUPS else "physics"


def set_of(category: str) -> str:
    """Return the OAI set of a category: `cs:cs:AI`, `physics:hep-th`, `physics:astro-ph:GA`."""
    archive, dot, code = category.partition(".")
    spec = f"{group_of(archive)}:{archive}"
    return f"{spec}:{code}" if dot else spec


def subject_of(category: str) -> str:
    """Return a category's name in words: `Computer Science - Artificial Intelligence`."""
    archive = category.partition(".")[0]
    name = CATEGORIES.get(category, category)
    return f"{ARCHIVES[archive]} - {name}" if archive in ARCHIVES and "." in category else name


def all_sets() -> list[OaiSet]:
    """Return every set in order: groups, archives within them, categories within those."""
    sets = dict(GROUPS)
    for archive, name in ARCHIVES.items():
        sets[f"{group_of(archive)}:{archive}"] = name
    for category, name in CATEGORIES.items():
        sets[set_of(category)] = name
    return [OaiSet(spec, name) for spec, name in sorted(sets.items())]
