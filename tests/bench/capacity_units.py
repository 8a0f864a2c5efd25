"""What one paper, one passage, one watch and one search cost, as measured; and where it is kept."""

from pathlib import Path

import msgspec

KEPT = Path(__file__).parent / "capacity_measured.json"


class Units(msgspec.Struct, frozen=True, kw_only=True):
    """Measured on one machine on one day; every figure is for one of its kind."""

    day: str
    papers: int
    """Papers that had gone the whole way when this was measured."""
    log_bytes: dict[str, float]
    """Of the log for a paper, by kind of message."""
    rows: float
    """Ledger rows of a paper, each a subject of its own."""
    notices_bytes: float
    """Of the stream NOTICES, for a delivery."""
    delivery_bytes: float
    """Of the bucket, for a delivery with its mark."""
    watch_bytes: float
    passages_per_page: float
    text_bytes: float
    """Of the text object, for a passage."""
    summary_bytes: float
    point_bytes: float
    """Of the index on the disk, for a point with its text, vectors and payload."""
    cpu_s: dict[str, float]
    """Of each process for a paper with ``cpu_passages`` passages."""
    cpu_passages: float
    match_s: float
    """For one watch and one paper."""
    search_s: float
    """Of the gateway, for a search."""
    memory_bytes: dict[str, int]
    """Of each process, at rest and at work alike."""
    subject_bytes: float
    """Of the bus's memory, for a subject that is kept."""


def read() -> Units:
    """What was measured last."""
    return msgspec.json.decode(KEPT.read_bytes(), type=Units)
