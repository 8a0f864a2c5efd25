"""The digest that names a piece of work, so that the same is never paid twice."""

import hashlib

import msgspec

EXTRACTIVE = "extractive"
EXTRACTOR_VERSION = "2"
"""Raise it when the extractive summary of the same text changes."""


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides what a summary says."""

    paper: str
    text_sha256: str
    prompt_version: str
    model: str
    temperature: float | None = None
    max_tokens: int = 0

    @property
    def digest(self) -> str:
        """64 hex digits."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()

    @property
    def object_key(self) -> str:
        """Where the summary lies in the object store."""
        return f"summary/{self.digest}.json"


def text_sha256(*parts: str) -> str:
    """Digest of the text a summary is made from."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
