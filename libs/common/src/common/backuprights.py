"""What saving streams and putting saved ones back asks of the server; the operator's alone."""

from collections.abc import Iterable, Iterator

from common.advisories import Reaper
from common.topology import Consumer

API = "$JS.API"


def keeping(streams: Iterable[str], durables: Iterable[Consumer | Reaper]) -> Iterator[str]:
    """Save streams as they are, and put saved ones in the place of what is there."""
    for name in streams:
        yield from (f"{API}.STREAM.{what}.{name}" for what in ("SNAPSHOT", "RESTORE", "DELETE"))
        yield f"$JS.SNAPSHOT.ACK.{name}.>"
        yield f"$JS.SNAPSHOT.RESTORE.{name}.>"
    yield from (f"{API}.CONSUMER.RESET.{one.stream}.{one.durable}" for one in durables)
