"""What a backup says about itself: ``manifest.json``, written last and never encrypted."""

from typing import Any

import msgspec

from common.errors import UNREADABLE, Terminal
from common.floors import Floor
from common.snapshots import Cut

FORMAT = 1
NAME = "manifest.json"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a backup as it lies in the target."""

    name: str
    sha256: str
    size_bytes: int


class StreamPart(msgspec.Struct, frozen=True, kw_only=True):
    """One stream and where its snapshot is."""

    part: Part
    cut: Cut

    @property
    def name(self) -> str:
        """The stream."""
        return str(self.cut.config["name"])


class ObjectsPart(msgspec.Struct, frozen=True, kw_only=True):
    """The list of objects, and whether their bodies are in the target too."""

    part: Part
    count: int
    size_bytes: int
    digests: Part | None = None
    """The digests of the bodies that the target must keep; never encrypted, as their names."""
    added: int = 0
    """Bodies that no earlier backup had."""
    missing: tuple[str, ...] = ()
    """Keys whose bodies were gone or damaged when they were to be copied."""

    @property
    def included(self) -> bool:
        """Whether the bodies are in the target, and not their list alone."""
        return self.digests is not None

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its files but the bodies."""
        return (self.part,) if self.digests is None else (self.part, self.digests)


class IndexPart(msgspec.Struct, frozen=True, kw_only=True):
    """One collection of the index."""

    collection: str
    aliases: tuple[str, ...]
    part: Part


class Manifest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that is in a backup; times are RFC 3339 UTC."""

    id: str
    format: int = FORMAT
    version: str
    """Of the software that made it."""
    state_version: int
    started: str
    cut: str
    """When the log was cut."""
    ended: str = ""
    note: str = ""
    recipient: str = ""
    """The public key it is encrypted for."""
    streams: tuple[StreamPart, ...]
    floors: tuple[Floor, ...]
    objects: ObjectsPart
    index: tuple[IndexPart, ...] = ()
    config: Part

    @property
    def parts(self) -> tuple[Part, ...]:
        """All its files but the bodies, which backups share."""
        streams = (stream.part for stream in self.streams)
        return (*streams, *self.objects.parts, *(one.part for one in self.index), self.config)

    @property
    def size_bytes(self) -> int:
        """Of its own files."""
        return sum(part.size_bytes for part in self.parts)

    @property
    def messages(self) -> int:
        """In all streams and buckets."""
        return sum(stream.cut.messages for stream in self.streams)


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One object, as the list of a backup says."""

    key: str
    sha256: str
    size_bytes: int
    changed_s: float


def stamp(at: str) -> str:
    """What a backup is called that begins then."""
    return f"{at[:19].replace('-', '').replace(':', '')}Z"


def encode(manifest: Manifest) -> bytes:
    """As it is written."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1)


def decode(body: bytes) -> Manifest:
    """Raises Terminal for one that is damaged or newer than this software."""
    try:
        found: dict[str, Any] = msgspec.json.decode(body, type=dict[str, Any])
        if int(found.get("format", 1)) > FORMAT:
            raise Terminal("the backup was made by a newer paperbus; use that one", reason="backup")
        return msgspec.convert(found, Manifest)
    except (*UNREADABLE, msgspec.ValidationError, ValueError) as error:
        raise Terminal(f"{NAME} is damaged: {error}", reason="backup") from error
