"""Which licences allow a stored PDF to be passed on; the table is in ``common.licences``."""

import re
from typing import NamedTuple

from common.licences import KINDS, NONE, kind_of


class Licence(NamedTuple):
    """What a reader sees, and whether the file may be served from here."""

    label: str
    may_serve: bool
    url: str = ""


_VERSION = re.compile(r"/(\d\.\d)(?:/|$)")


def judge(url: str) -> Licence:
    """The licence a URL names; one that is unknown or missing may not be served."""
    kind = kind_of(url)
    if kind == NONE:
        return Licence("No licence stated", may_serve=False)
    if kind not in KINDS:
        return Licence("Other licence", may_serve=False, url=url)
    known = KINDS[kind]
    version = _VERSION.search(url) if known.may_serve else None
    label = f"{known.label} {version[1]}" if version else known.label
    return Licence(label, known.may_serve, url)
