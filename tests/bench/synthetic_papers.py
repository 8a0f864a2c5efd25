"""Papers that never were: names, small bodies with true digests, and what facts say of them."""

import hashlib
from typing import NamedTuple

import msgspec

from common.events import ObjectRef
from common.texts import PaperText, Passage, Summary, encode

MODEL = "paid-model"
TOKENS = (2100, 140)
COST_USD = 0.0004
DAY = "2026-11-21"


class Body(NamedTuple):
    """One object of a paper."""

    ref: ObjectRef
    body: bytes


class Made(NamedTuple):
    """One paper; all papers have bodies of the same sizes."""

    paper: str
    recipe: str
    pdf: Body
    text: Body
    summary: Body


def paper_of(number: int) -> str:
    """The key of a paper."""
    return f"arxiv:{2401 + number // 99_999}.{number % 99_999:05d}"


def made(number: int) -> Made:
    """A paper with all its bodies; the same for the same number."""
    paper = paper_of(number)
    recipe = hashlib.sha256(paper.encode()).hexdigest()
    text = PaperText(
        paper=paper,
        version=1,
        extractor="none",
        passages=(Passage(no=0, text=f"The only words of {paper}."),),
    )
    summary = Summary(
        paper=paper,
        version=1,
        tldr=f"Short words about {paper}.",
        model=MODEL,
        recipe=recipe,
        prompt_version="1",
        prompt_tokens=TOKENS[0],
        completion_tokens=TOKENS[1],
        cost_usd=COST_USD,
        at=f"{DAY}T00:00:00Z",
    )
    return Made(
        paper,
        recipe,
        _stored("pdf", f"%PDF-1.7 of {paper}".encode()),
        _stored("text", encode(text)),
        _stored("", encode(summary), f"summary/{recipe}.json"),
    )


def _stored(prefix: str, body: bytes, key: str = "") -> Body:
    digest = hashlib.sha256(body).hexdigest()
    where = key or f"{prefix}/{digest[:2]}/{digest}"
    return Body(ObjectRef(key=where, sha256=digest, size_bytes=len(body)), body)


def encoded(value: object) -> str:
    """JSON as text."""
    return msgspec.json.encode(value).decode()
