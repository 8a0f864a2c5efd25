"""The settings of re-embedding."""

import msgspec

from common.settings import (
    BusSettings,
    EmbedSettings,
    ObjectsSettings,
    RuntimeSettings,
    VectorsSettings,
)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What re-embedding is told from outside."""

    bus: BusSettings
    runtime: RuntimeSettings
    objects: ObjectsSettings
    vectors: VectorsSettings
    embed: EmbedSettings
