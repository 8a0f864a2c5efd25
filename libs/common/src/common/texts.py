"""The text of a paper as the indexer stores it: cleaned, cut into passages, references apart."""

import msgspec


class Passage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A few sentences of one section; ``page`` counts from 1, 0 means not from the PDF."""

    no: int
    text: str
    page: int = 0
    section: str = ""


class PaperText(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is stored as ``text/<sha256>.json``."""

    paper: str
    version: int
    extractor: str
    """Name and version of what read the PDF, or ``abstract``."""
    passages: tuple[Passage, ...]
    references: str = ""
    pages: int = 0


class Summary(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is stored as ``summary/<sha256>.json``."""

    paper: str
    version: int
    tldr: str
    problem: str = ""
    method: str = ""
    findings: str = ""
    limits: str = ""
    model: str
    recipe: str
    prompt_version: str
    extractive: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0
    at: str = ""


encode = msgspec.json.encode


def decode_text(body: bytes) -> PaperText:
    """The stored text; raises msgspec.DecodeError when it is not one."""
    return msgspec.json.decode(body, type=PaperText)


def decode_summary(body: bytes) -> Summary:
    """The stored summary; raises msgspec.DecodeError when it is not one."""
    return msgspec.json.decode(body, type=Summary)
