"""Where the fetcher keeps things: adapters for the real ones, memory for a rehearsal."""

from typing import NamedTuple

from common import objects
from common.runtime import Runtime
from fetcher.announce import Announcer, LedgerAnnouncer, Rehearsal
from fetcher.memory import MemoryKv
from fetcher.ports import AnyKv, Objects
from fetcher.settings import Settings


class Stores(NamedTuple):
    """Buckets, objects and what announces."""

    sources: AnyKv
    leases: AnyKv
    objects: Objects
    announcer: Announcer


def opened(runtime: Runtime, settings: Settings) -> Stores:
    """The real ones."""
    return Stores(
        sources=runtime.kv("sources"),
        leases=runtime.kv("leases"),
        objects=objects.connect(settings.objects),
        announcer=LedgerAnnouncer(runtime.ledger),
    )


def rehearsed(settings: Settings, rehearsal: Rehearsal) -> Stores:
    """Ones that forget everything; nothing is sent to the object store."""
    bucket = MemoryKv()
    return Stores(
        sources=bucket,
        leases=bucket,
        objects=objects.connect(settings.objects),
        announcer=rehearsal,
    )
