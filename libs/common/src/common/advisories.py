"""What the server tells when it gives a message up, and the durables that hear it.

Each service has one, for the durables of its own alone: only it may write its rows.
"""

import msgspec

from common import topology

KINDS = ("MAX_DELIVERIES", "MSG_TERMINATED")
PREFIX = "$JS.EVENT.ADVISORY.CONSUMER"


class Advisory(msgspec.Struct, frozen=True, kw_only=True):
    """One message of one durable that is delivered no more."""

    type: str = ""
    stream: str
    consumer: str
    stream_seq: int
    deliveries: int = 0
    reason: str = ""
    """What the one who terminated it said."""

    @property
    def ended(self) -> str:
        """The reason of the dead letter that comes of it."""
        return "terminated" if self.type.endswith(".terminated") else "max_deliveries"


class Reaper(msgspec.Struct, frozen=True, kw_only=True):
    """The durable by which one service hears what became of its messages."""

    service: str
    stream: str = topology.ADVISORIES
    max_deliver: int = -1

    @property
    def durable(self) -> str:
        """Name of the durable, like ``indexer-reaper``."""
        return f"{self.service}-reaper"

    @property
    def subjects(self) -> tuple[str, ...]:
        """The advisories about the durables of its service."""
        return tuple(
            f"{PREFIX}.{kind}.{consumer.stream}.{consumer.durable}"
            for kind in KINDS
            for consumer in topology.consumers_of(self.service)
        )


REAPERS: tuple[Reaper, ...] = tuple(
    Reaper(service=service) for service in topology.WORKERS if topology.consumers_of(service)
)


def reaper_of(service: str) -> Reaper | None:
    """The reaper of a service, None where it takes no messages."""
    return next((reaper for reaper in REAPERS if reaper.service == service), None)
