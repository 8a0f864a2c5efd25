"""What stands in line at each durable, which explains why a paper has not ended."""

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from nats.errors import Error as NatsError

from common import topology
from common.errors import Unavailable
from common.ids import parse_time
from common.topology import Consumer

if TYPE_CHECKING:
    from nats.js import JetStreamContext


class Line(NamedTuple):
    """One durable as the server shows it; ``active_s`` is when it last gave a message out."""

    consumer: Consumer
    delivered: int
    """Highest sequence that was given to somebody."""
    settled: int
    """Everything up to this sequence is settled."""
    waiting: int
    in_work: int
    active_s: float
    paused: bool

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and nothing is in work."""
        return not self.waiting and not self.in_work


async def lines(js: "JetStreamContext") -> list[Line]:
    """All durables that work on papers or requests; raises Unavailable."""
    return [await _line(js, consumer) for consumer in topology.CONSUMERS]


async def _line(js: "JetStreamContext", consumer: Consumer) -> Line:
    subject = f"{js._prefix}.CONSUMER.INFO.{consumer.stream}.{consumer.durable}"
    try:
        answer = await js._nc.request(subject, b"", timeout=10)
    except (NatsError, TimeoutError) as error:
        raise Unavailable("nats", f"does not tell of {consumer.durable}") from error
    info: dict[str, Any] = msgspec.json.decode(answer.data)
    if "error" in info:
        words = f"{consumer.durable}: {info['error'].get('description')}"
        raise Unavailable("nats", f"{words}; run `paperbus topology apply`")
    delivered = info["delivered"]
    at = delivered.get("last_active")
    return Line(
        consumer=consumer,
        delivered=delivered["stream_seq"],
        settled=info["ack_floor"]["stream_seq"],
        waiting=info["num_pending"],
        in_work=info["num_ack_pending"],
        active_s=parse_time(at).timestamp() if at else 0.0,
        paused=bool(info.get("paused")),
    )
