"""What each user of the bus may publish and hear (rule N25), told by the topology alone.

One user a service, and ``operator`` for the command line. Nothing that is not named here is
allowed, so a new stream, durable or bucket gives its rights by being declared.
"""

from collections.abc import Iterator

import msgspec

from common import backuprights, events, topology
from common.advisories import REAPERS, Reaper
from common.topology import CONSUMERS, EACH, OPERATOR, SERVICES, STREAMS, Bucket, Consumer

USERS = topology.WORKERS
API = "$JS.API"

REPORTED = events.JobReported.subject
SCHEDULES = f"{topology.SCHEDULE}.>"
ASKS = tuple(request.subject for request in events.REQUESTS)

STATES: dict[str, tuple[str, ...]] = {
    "fetcher": (events.PaperAnnounced.subject, SCHEDULES, REPORTED),
    "indexer": (SCHEDULES, REPORTED),
    "summarizer": (REPORTED,),
    "notifier": (events.NotificationSent.subject,),
    "gateway": (*ASKS, SCHEDULES),
    OPERATOR: (*ASKS, SCHEDULES),
}
"""What a user publishes besides the rows, facts and dead letters of its durables."""

MENDERS = ("gateway", OPERATOR)
"""Who replays and drops the dead letters of every service."""

JANITORS = ("indexer",)
"""Who sends on the papers that stand still: it looks at every durable and asks any service."""

READS: dict[str, tuple[str, ...]] = {
    "fetcher": ("jobs",),
    "indexer": ("jobs", "index"),
    "summarizer": ("jobs",),
    "notifier": ("watches",),
    "gateway": ("deliveries", "sources", "index", "models"),
}
"""Buckets of others that a service reads, beside those in ``FOR_ALL``."""
FOR_ALL = ("controls", "errors", "operations")

LOG_READERS: dict[str, tuple[str, ...]] = {"gateway": (topology.PAPERS,)}
"""Streams that a service reads from a place of its own choice, beside its durables."""


class Rights(msgspec.Struct, frozen=True, kw_only=True):
    """Subjects in the server's own terms; ``deny`` wins over ``publish``."""

    publish: tuple[str, ...]
    deny: tuple[str, ...]
    subscribe: tuple[str, ...]


def user_of(service: str) -> str:
    """The user a program acts as: its service, or the operator."""
    return service if service in SERVICES else OPERATOR


def inbox_of(user: str) -> str:
    """Where answers to one user arrive; nobody else may listen there."""
    return f"_INBOX_{user}"


def rights_of(user: str) -> Rights:
    """Everything ``user`` may do; raises KeyError for one that is none."""
    if user not in USERS:
        raise KeyError(f"{user} is no user of the bus")
    publish = {*STATES[user], *_looking(), *_serving(user), *_using_buckets(user)}
    for users, more in (((OPERATOR,), _operating), (MENDERS, _mending), (JANITORS, _sending_on)):
        publish.update(more() if user in users else ())
    # The operator may look at what a command of a service asked for.
    inboxes = USERS if user == OPERATOR else (user,)
    return Rights(
        publish=tuple(sorted(publish)),
        deny=tuple(sorted(_denied(user))),
        subscribe=tuple(f"{inbox_of(one)}.>" for one in inboxes),
    )


def _looking() -> Iterator[str]:
    """Is the bus as declared? Changes nothing; every process asks it."""
    for name in _stream_names():
        yield f"{API}.STREAM.INFO.{name}"
    yield from (f"{API}.CONSUMER.INFO.{one.stream}.{one.durable}" for one in _durables())
    yield f"{API}.DIRECT.GET.{topology.PAPERS}"
    yield f"{API}.DIRECT.GET.{topology.PAPERS}.>"


def _stream_names() -> Iterator[str]:
    yield from (stream.name for stream in STREAMS)
    yield from (f"KV_{bucket.name}" for bucket in topology.BUCKETS)


def _durables() -> tuple[Consumer | Reaper, ...]:
    return (*CONSUMERS, *REAPERS)


def _serving(service: str) -> Iterator[str]:
    for durable in _durables():
        if durable.service == service:
            yield from _taking(durable)
    for consumer in topology.consumers_of(service):
        yield from _working(consumer)
    for stream in LOG_READERS.get(service, ()):
        yield from _choosing(stream)


def _taking(durable: Consumer | Reaper) -> Iterator[str]:
    """Take the messages of a durable and settle them."""
    place = f"{durable.stream}.{durable.durable}"
    yield f"{API}.CONSUMER.MSG.NEXT.{place}"
    yield f"$JS.ACK.{place}.>"
    yield f"$JS.ACK.*.*.{place}.>"  # the form that is to become the default


def _working(consumer: Consumer) -> Iterator[str]:
    """Write its row, its fact and its dead letters; take those back and do the work again."""
    yield f"{API}.CONSUMER.PAUSE.{consumer.stream}.{consumer.durable}"
    yield f"{API}.DIRECT.GET.{consumer.stream}"
    yield f"{API}.STREAM.MSG.DELETE.{consumer.stream}"
    yield f"{API}.STREAM.MSG.DELETE.{topology.PAPERS}"
    yield topology.dead_subject(consumer.event.subject)
    # Its own work again: by a replay, or in other streams by the same request.
    yield from consumer.subjects[1:] or consumer.subjects
    # Whoever made what it works on may be asked to make it again.
    for maker in CONSUMERS:
        if maker.states is consumer.event:
            yield from maker.subjects[1:]
    if consumer.row is not None:
        yield topology.ledger_subject("*", consumer.row)
    if consumer.states is not None:
        yield consumer.states.subject


def _choosing(stream: str) -> Iterator[str]:
    """Read a stream by a reader of its own; durables are denied, see ``_denied``."""
    yield f"{API}.CONSUMER.CREATE.{stream}.>"
    yield f"{API}.CONSUMER.INFO.{stream}.*"
    yield f"{API}.CONSUMER.MSG.NEXT.{stream}.*"


def _using_buckets(user: str) -> Iterator[str]:
    for bucket in topology.BUCKETS:
        if bucket.writer == EACH:
            yield f"$KV.{bucket.name}.{user}.>"
        elif bucket.writer == user:
            yield f"$KV.{bucket.name}.>"
        if user == OPERATOR or _reads(user, bucket):
            stream = f"KV_{bucket.name}"
            yield f"{API}.DIRECT.GET.{stream}"
            yield f"{API}.DIRECT.GET.{stream}.>"
            yield from (f"{API}.CONSUMER.{what}.{stream}.>" for what in ("CREATE", "INFO"))
            yield f"{API}.CONSUMER.CREATE.{stream}"  # so does the client watch a large bucket
            yield f"$JS.FC.{stream}.>"
        if user == OPERATOR:
            yield f"{API}.STREAM.PURGE.KV_{bucket.name}"  # what is past its time


def _reads(service: str, bucket: Bucket) -> bool:
    return bucket.writer == service or bucket.name in (*FOR_ALL, *READS.get(service, ()))


def _operating() -> Iterator[str]:
    """Make the bus as declared, read everything, and put right what failed."""
    for name in _stream_names():
        yield from (f"{API}.STREAM.{what}.{name}" for what in ("CREATE", "UPDATE"))
    for stream in STREAMS:
        yield from _choosing(stream.name)
        yield f"{API}.CONSUMER.PAUSE.{stream.name}.*"
        yield f"{API}.DIRECT.GET.{stream.name}"
        yield f"{API}.DIRECT.GET.{stream.name}.>"
    yield from backuprights.keeping(_stream_names(), _durables())


def _mending() -> Iterator[str]:
    yield f"{API}.STREAM.MSG.DELETE.{topology.PAPERS}"
    yield f"{topology.RETRY}.>"
    yield topology.ledger_subject("*", "*")


def _sending_on() -> Iterator[str]:
    yield f"{topology.RETRY}.>"
    yield from (f"{API}.CONSUMER.INFO.{one.stream}.{one.durable}" for one in CONSUMERS)


def _denied(user: str) -> Iterator[str]:
    """A reader of its own must not be, change or rob a durable of somebody else."""
    for durable in _durables():
        place = f"{durable.stream}.{durable.durable}"
        if durable.service != user:
            yield f"{API}.CONSUMER.MSG.NEXT.{place}"
        if user != OPERATOR:
            yield f"{API}.CONSUMER.CREATE.{place}"
            yield f"{API}.CONSUMER.CREATE.{place}.>"
