"""Takes orphaned bodies out of the store, when a person asks for it."""

from cli.audit.evidence import Evidence
from cli.audit.store import orphaned
from common.objectlist import Listed
from common.objects import Objects

AGE_S = 86_400.0
"""Work that stored a body and has not named it after a day will not do so any more."""


async def tidy(seen: Evidence, store: Objects, *, age_s: float = AGE_S) -> list[Listed]:
    """Remove the orphans that are older than ``age_s``; what was removed.

    Raises Unavailable. Where a fact names one at this very moment, the nightly reconcile asks for
    the body again.
    """
    old = [
        there
        for key in orphaned(seen)
        if (there := seen.store.objects[key]).changed_s <= seen.began_s - age_s
    ]
    for there in old:
        await store.remove(there.key)
        del seen.store.objects[there.key]
    return old
