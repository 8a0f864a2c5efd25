"""Which licences allow a stored PDF to be passed on: a table, not an opinion.

arXiv's own licences let arXiv distribute a paper, not others, so they are not in it.
"""

import re
from typing import NamedTuple


class Licence(NamedTuple):
    """What a reader sees, and whether the file may be served from here."""

    label: str
    may_serve: bool
    url: str = ""


_CC = re.compile(
    r"^https?://(?:www\.)?creativecommons\.org/(licenses|publicdomain)/([a-z-]+)(?:/(\d\.\d))?",
    re.IGNORECASE,
)
_ARXIV = re.compile(r"^https?://(?:www\.)?arxiv\.org/licenses/", re.IGNORECASE)

# All of these grant everyone the right to copy and pass on the unchanged work without charge.
_SERVED: dict[tuple[str, str], str] = {
    ("licenses", "by"): "CC BY",
    ("licenses", "by-sa"): "CC BY-SA",
    ("licenses", "by-nc"): "CC BY-NC",
    ("licenses", "by-nd"): "CC BY-ND",
    ("licenses", "by-nc-sa"): "CC BY-NC-SA",
    ("licenses", "by-nc-nd"): "CC BY-NC-ND",
    ("publicdomain", "zero"): "CC0",
    ("publicdomain", "mark"): "Public domain",
}


def judge(url: str) -> Licence:
    """The licence a URL names; one that is unknown or missing may not be served."""
    found = _CC.match(url)
    if found is not None:
        label = _SERVED.get((found[1].lower(), found[2].lower()))
        if label is not None:
            return Licence(" ".join(filter(None, (label, found[3]))), may_serve=True, url=url)
    if _ARXIV.match(url):
        return Licence("arXiv licence", may_serve=False, url=url)
    if url.startswith(("http://", "https://")):
        return Licence("Other licence", may_serve=False, url=url)
    return Licence("No licence stated", may_serve=False)
