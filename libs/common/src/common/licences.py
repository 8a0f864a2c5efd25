"""The kinds of licences papers have, and the addresses that name them: a table, not an opinion."""

import re
from typing import NamedTuple

NONE, OTHER = "none", "other"
ARXIV = "arxiv"


class Kind(NamedTuple):
    """One kind: what a reader sees, whether a stored file may be passed on, and its address."""

    label: str
    may_serve: bool
    path: str
    """Host and path that its addresses begin with; a version may follow."""


_CC = "creativecommons.org"

# Those that may be served grant everyone the right to copy and pass on the unchanged work without
# charge. arXiv's own licences let arXiv distribute a paper, not others.
KINDS: dict[str, Kind] = {
    "cc-by": Kind("CC BY", True, f"{_CC}/licenses/by/"),
    "cc-by-sa": Kind("CC BY-SA", True, f"{_CC}/licenses/by-sa/"),
    "cc-by-nc": Kind("CC BY-NC", True, f"{_CC}/licenses/by-nc/"),
    "cc-by-nd": Kind("CC BY-ND", True, f"{_CC}/licenses/by-nd/"),
    "cc-by-nc-sa": Kind("CC BY-NC-SA", True, f"{_CC}/licenses/by-nc-sa/"),
    "cc-by-nc-nd": Kind("CC BY-NC-ND", True, f"{_CC}/licenses/by-nc-nd/"),
    "cc0": Kind("CC0", True, f"{_CC}/publicdomain/zero/"),
    "public-domain": Kind("Public domain", True, f"{_CC}/publicdomain/mark/"),
    ARXIV: Kind("arXiv licence", False, "arxiv.org/licenses/"),
}
NAMES = (*KINDS, OTHER, NONE)
"""What a paper may be asked for by: ``none`` states no licence, ``other`` one that is not here."""

WEB = ("http://", "https://")
_ADDRESS = re.compile(r"^https?://(?:www\.)?(?P<path>[^?#]*)", re.IGNORECASE)


def kind_of(url: str) -> str:
    """The kind a URL names: one of ``NAMES``."""
    found = _ADDRESS.match(url)
    if found is None:
        return NONE
    path = f"{found['path'].lower().rstrip('/')}/"
    return next((name for name, kind in KINDS.items() if path.startswith(kind.path)), OTHER)


def beginnings(kind: str) -> tuple[str, ...]:
    """What the addresses of a kind begin with, as sources write them."""
    return tuple(f"{web}{www}{KINDS[kind].path}" for web in WEB for www in ("", "www."))
