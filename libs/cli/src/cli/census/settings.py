"""What the census is told from outside."""

from typing import Annotated

import msgspec
from msgspec import Meta

from common.errors import UsageError


class CensusSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator's worker counts for its metrics."""

    census_every_s: Annotated[float, Meta(ge=1, le=600)] = 15.0
    """How often the bus is looked at for metrics, in seconds; slower things less often."""
    census_volumes: str = ""
    """Volumes whose filling is told, ``name=path`` with commas between."""
    census_certificates: str = ""
    """TLS addresses besides those of other settings, ``name=host:port`` with commas between."""
    nats_monitor_urls: str = ""
    """Monitoring addresses of all NATS servers, with commas between; empty: not asked."""
    nats_keys_dir: str = ""
    """Folder with the nkey seeds of all users; empty: that of NATS_NKEY_SEED_FILE."""


def pairs(field: str, text: str) -> dict[str, str]:
    """``a=b,c=d`` taken apart; raises UsageError."""
    found = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = part.partition("=")
        if not (name and equals and value):
            raise UsageError(field, f"{part!r} does not fit; write name=value with commas between")
        found[name.strip()] = value.strip()
    return found


def listed(text: str) -> tuple[str, ...]:
    """Parts between commas."""
    return tuple(filter(None, (part.strip() for part in text.split(","))))
