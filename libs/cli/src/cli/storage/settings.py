"""What the commands about storage are told from outside."""

from typing import Annotated

import msgspec
from msgspec import Meta

from common.errors import UsageError


class StorageSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How long what is not needed for ever is kept, and when the disk is too full."""

    storage_keep_logs_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    """Compressed logs of this machine older than this may go, in days."""
    storage_keep_records_days: Annotated[int, Meta(ge=7, le=3650)] = 90
    """What doctor, reports and notices left may go after so many days."""
    storage_keep_deliveries_days: Annotated[int, Meta(ge=100, le=3650)] = 365
    """Records of who was told of what may go after so many days; notices live for 90."""
    storage_archive_pdfs_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    """PDFs stored longer ago than so many days are moved by `paperbus storage archive`."""
    storage_emergency_at_ratio: Annotated[float, Meta(gt=0.5, le=1)] = 0.95
    """New papers are held back when a volume is filled to this share."""
    storage_emergency_clear_ratio: Annotated[float, Meta(gt=0.1, le=1)] = 0.90
    """They are taken in again when all volumes are filled to less than this share."""


def checked(own: StorageSettings) -> StorageSettings:
    """The same; raises UsageError where the two thresholds contradict each other."""
    if own.storage_emergency_clear_ratio >= own.storage_emergency_at_ratio:
        words = f"must be below STORAGE_EMERGENCY_AT_RATIO ({own.storage_emergency_at_ratio})"
        raise UsageError("STORAGE_EMERGENCY_CLEAR_RATIO", words)
    return own
