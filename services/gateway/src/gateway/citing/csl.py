"""CSL-JSON items, which citation processors such as those of Zotero and Pandoc read. Pure."""

from typing import Any

import msgspec

from gateway.citing.keys import key_of
from gateway.citing.names import Name
from gateway.citing.source import plain
from gateway.citing.work import Work


def item(work: Work) -> str:
    """One item as JSON."""
    return msgspec.json.encode(_item(work)).decode()


def _item(work: Work) -> dict[str, Any]:
    day = work.day
    said = {
        "id": key_of(work),
        "type": "article-journal" if work.journal else "article",
        "title": plain(work.title),
        "author": [_name(name) for name in work.names if name.family],
        "issued": {"date-parts": [list(day)]} if day.year else None,
        "container-title": plain(work.journal),
        "abstract": plain(work.abstract),
        "DOI": work.doi,
        "URL": work.url,
        "number": f"arXiv:{work.eprint}" if work.eprint else "",
        "publisher": "arXiv" if work.eprint and not work.journal else "",
        "archive": "arXiv" if work.eprint else "",
        "archive_location": work.eprint,
        "keyword": ", ".join((*work.categories, *(work.said.tags if work.said else ()))),
    }
    return {name: value for name, value in said.items() if value}


def _name(name: Name) -> dict[str, str]:
    if name.whole:
        return {"literal": name.family}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: value for part, value in parts.items() if value}
