"""In which order streams and buckets are cut, so that what a later one says has its cause.

Before the log comes what makes work: a cursor that is older than the log asks for papers that are
known, one that is newer would lose some; a request that is older is done once more, and the ledger
says it was done. After the log comes what was done because of it: a record of a delivery that is
newer than the log keeps somebody from being told twice, one that is older would not.
"""

from common import topology

BEFORE = ("KV_sources", "KV_leases", "KV_jobs", topology.REQUESTS, topology.ADVISORIES)
AFTER = (topology.NOTICES, "KV_deliveries", "KV_spend")
WATCHES, LIBRARY = "KV_watches", "KV_library"
HELD = (WATCHES, LIBRARY, topology.PAPERS)
"""What makes a system one that is not empty."""


def declared() -> tuple[str, ...]:
    """Every stream there is to be, with those behind the buckets."""
    buckets = (f"KV_{bucket.name}" for bucket in topology.BUCKETS)
    return (*(stream.name for stream in topology.STREAMS), *buckets)


def cutting() -> tuple[str, ...]:
    """All streams, in the order in which they are cut."""
    first = (*BEFORE, topology.PAPERS, *AFTER)
    return (*first, *(name for name in declared() if name not in first))


def restoring() -> tuple[str, ...]:
    """All streams; what makes a system count as not empty comes back last."""
    return (*(name for name in declared() if name not in HELD), *HELD)
