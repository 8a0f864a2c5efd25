"""Paper identifiers: every form people write, and the one canonical key.

Source: arXiv identifier scheme (https://info.arxiv.org/help/arxiv_identifier.html).
"""

import re
from typing import NamedTuple
from urllib.parse import quote, unquote

from common.errors import UsageError

_MONTH = r"\d{2}(?:0[1-9]|1[0-2])"
_NEW = rf"{_MONTH}\.\d{{4,5}}"
_OLD = rf"[a-z]+(?:-[a-z]+)*(?:\.[a-z]{{2}})?/{_MONTH}\d{{3}}"
_ARXIV = re.compile(rf"^({_NEW}|{_OLD})(?:v([1-9]\d{{0,3}}))?$", re.IGNORECASE | re.ASCII)
_URL = re.compile(
    r"^(?:https?://)?(?:(?:[a-z0-9-]+\.)*arxiv\.org|ar5iv\.org|(?:www\.)?alphaxiv\.org)"
    r"/(?:abs|pdf|html|src|e-print|format|ps)/",
    re.IGNORECASE,
)
_ARXIV_DOI = re.compile(r"^10\.48550/arxiv\.", re.IGNORECASE)
_DOI = re.compile(r"^10\.[0-9]{4,9}/[^\s\x00-\x1f\x7f]{1,240}$")
_DOI_URL = re.compile(r"^(?:https?://)?(?:(?:dx|www)\.)?doi\.org/", re.IGNORECASE)
_DOI_PREFIX = re.compile(rf"^doi:\s*|{_DOI_URL.pattern}", re.IGNORECASE)
_SHA256 = re.compile(r"^[0-9a-f]{64}$")
_KEPT_IN_TOKEN = ":@!$&'()+,;=-_~"


class PaperId(NamedTuple):
    """A canonical key such as ``arxiv:2401.00001`` and, when one was named, the version."""

    key: str
    version: int | None = None

    @property
    def scheme(self) -> str:
        """``arxiv``, ``doi`` or ``upload``."""
        return self.key.partition(":")[0]

    @property
    def local(self) -> str:
        """The identifier without its scheme, as its source writes it."""
        return self.key.partition(":")[2]

    def __str__(self) -> str:
        return self.key if self.version is None else f"{self.key}v{self.version}"


def parse(text: str) -> PaperId:
    """The identifier in ``text``; raises UsageError when there is none.

    Understands new and old arXiv ids with or without ``arXiv:``, a version, ``.pdf`` or an arXiv
    URL around them, OAI identifiers, arXiv and other DOIs, and ``upload:<sha256>``.
    """
    found = arxiv_id(text) or _doi(text) or _upload(text)
    if found is None:
        raise UsageError(
            "id",
            f"{text.strip()[:80]!r} is not a paper id; write it like arXiv:2401.00001v2, "
            "hep-th/9901001, 10.1000/xyz or upload:<sha256>",
        )
    return found


def arxiv_id(text: str) -> PaperId | None:
    """The arXiv identifier in ``text`` in any of its forms, or None."""
    body = text.strip().split("?")[0].split("#")[0]
    body = re.sub(r"^oai:arxiv\.org:", "", body, flags=re.IGNORECASE)
    body = _URL.sub("", body)
    body = _DOI_PREFIX.sub("", body)
    body = _ARXIV_DOI.sub("", body)
    body = re.sub(r"^arxiv:\s*", "", body, flags=re.IGNORECASE)
    body = re.sub(r"\.pdf$", "", body.rstrip("/"), flags=re.IGNORECASE)
    match = _ARXIV.match(body)
    if match is None:
        return None
    version = int(match[2]) if match[2] else None
    return PaperId(f"arxiv:{_without_class(match[1].lower())}", version)


def _without_class(local: str) -> str:
    """``math.CA/0611800`` is cited as ``math/0611800``."""
    archive, slash, number = local.partition("/")
    return f"{archive.partition('.')[0]}/{number}" if slash else local


def _doi(text: str) -> PaperId | None:
    body = text.strip()
    if _DOI_URL.match(body):
        body = unquote(body)
    body = _DOI_PREFIX.sub("", body)
    return PaperId(f"doi:{body.lower()}") if _DOI.match(body) else None


def _upload(text: str) -> PaperId | None:
    scheme, _, digest = text.strip().lower().partition(":")
    return PaperId(f"upload:{digest}") if scheme == "upload" and _SHA256.match(digest) else None


def to_token(key: str) -> str:
    """The key as one subject token: ``.``, ``*``, ``>``, ``%``, ``/`` and blanks encoded."""
    return quote(key, safe=_KEPT_IN_TOKEN).replace(".", "%2E")
