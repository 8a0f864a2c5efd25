"""What each service was started with, kept below its own name so that drift can be seen."""

import msgspec

from common.errors import UNREADABLE
from common.ids import now
from common.kv import Kv, key
from common.rights import user_of
from common.variables import describe
from common.version import VERSION

NAME = "started"


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """The newest start of a service; secrets are ``***`` where there is one."""

    service: str
    version: str
    at: str
    values: dict[str, str]


async def publish(kv: Kv, service: str, settings: msgspec.Struct) -> None:
    """Keep what this process was started with; raises Unavailable."""
    started = Started(service=service, version=VERSION, at=now(), values=dict(describe(settings)))
    await kv.put(key(user_of(service), NAME), msgspec.json.encode(started))


async def of(kv: Kv, service: str) -> Started | None:
    """What a service was started with last; raises Unavailable."""
    entry = await kv.get(key(user_of(service), NAME))
    try:
        return None if entry is None else msgspec.json.decode(entry.value, type=Started)
    except UNREADABLE:
        return None
