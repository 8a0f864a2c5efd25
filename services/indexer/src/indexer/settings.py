"""Settings of the indexer."""

from typing import Annotated

import msgspec
from msgspec import Meta

from common.reading.parsed import Limits
from common.schedules.settings import PlatformSettings
from common.settings import (
    BusSettings,
    EmbedSettings,
    ObjectsSettings,
    RuntimeSettings,
    VectorsSettings,
)


class IndexerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How much one paper may cost, and how many are worked on at once."""

    index_workers: Annotated[int, Meta(ge=1, le=64)] = 8
    """Papers handled at once; while one is embedded the others are fetched, read and stored."""
    index_pdf_workers: Annotated[int, Meta(ge=1, le=16)] = 1
    """PDFs read at once, each in its own process."""
    index_pdf_memory_mb: Annotated[int, Meta(ge=256, le=16384)] = 1024
    """Memory one PDF may take to be read."""
    index_pdf_cpu_s: Annotated[int, Meta(ge=1, le=300)] = 60
    """Processor time one PDF may take to be read."""
    index_pdf_wall_s: Annotated[int, Meta(ge=1, le=450)] = 90
    """Time in all one PDF may take to be read."""
    index_pdf_max_pages: Annotated[int, Meta(ge=1, le=20000)] = 2000
    """PDFs with more pages are indexed from their abstract."""
    index_max_passages: Annotated[int, Meta(ge=1, le=5000)] = 600
    """Passages kept of one paper; what follows is left out, with a note."""

    reconcile_schedule: str = "0 30 3 * * *"
    """When ledger, objects and index are compared: six-field cron, UTC; off for never."""
    reconcile_grace_s: Annotated[int, Meta(ge=0, le=86_400)] = 600
    """How long a paper may stand still with no message under way before it is sent on again."""

    @property
    def limits(self) -> Limits:
        """The same for the PDF reader."""
        return Limits(
            memory_bytes=self.index_pdf_memory_mb << 20,
            cpu_s=self.index_pdf_cpu_s,
            wall_s=self.index_pdf_wall_s,
            pages=self.index_pdf_max_pages,
            passages=self.index_max_passages,
        )


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All of the indexer's settings."""

    bus: BusSettings
    runtime: RuntimeSettings
    objects: ObjectsSettings
    vectors: VectorsSettings
    embed: EmbedSettings
    indexer: IndexerSettings
    schedules: PlatformSettings = PlatformSettings()
