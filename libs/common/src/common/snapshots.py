"""Streams as files: the server's own snapshots, and the way back with every sequence as it was.

Source: the API ``STREAM.SNAPSHOT`` and ``STREAM.RESTORE`` of nats-server; nats-py 2.16 has no
helper. The durables stay out: their state is read after the messages, so it may tell of work whose
row came too late for the file. ``common.floors`` notes before how far each was, and puts that back;
what lies above is delivered once more, and the ledger knows what of it is done.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from nats.errors import Error as NatsError

from common.errors import Terminal, Unavailable
from common.stream import by_sequence

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg

API = "$JS.API"
CHUNK_BYTES = 128 * 1024
ANSWER_S = 60.0
NOT_FOUND = 404
STALLED = ("closed pipe", "stalled")
TOO_SLOW = (
    "its disk is too slow to sync each message of a restore; run it with `sync_interval: 2m` until "
    "the restore is done, then with `always` again"
)
"""The server gives up when it cannot store what is in one block within 5 s, and syncs each."""
BATCH, BATCH_END = "Nats-Batch-Id", "Nats-Batch-Commit"


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """A stream as it was when it was cut, in the server's own terms."""

    config: dict[str, Any]
    state: dict[str, Any]

    @property
    def messages(self) -> int:
        """How many messages it held."""
        return int(self.state["messages"])

    @property
    def last_seq(self) -> int:
        """The place of the newest one."""
        return int(self.state["last_seq"])


async def save(nc: "Client", stream: str, into: Path) -> Cut:
    """Write a snapshot of ``stream`` into a file. Raises Unavailable, Terminal."""
    inbox = nc.new_inbox()
    try:
        chunks = await nc.subscribe(inbox)
        try:
            asked = {"deliver_subject": inbox, "no_consumers": True, "chunk_size": CHUNK_BYTES}
            answer = await must(nc, f"STREAM.SNAPSHOT.{stream}", asked)
            with into.open("wb") as file:
                while (chunk := await chunks.next_msg(ANSWER_S)).data:
                    file.write(chunk.data)
                    if chunk.reply:  # the server sends on only when it hears that this came
                        await chunk.respond(b"")
            _check_end(stream, chunk)
        finally:
            await chunks.unsubscribe()
    except (NatsError, TimeoutError) as error:
        raise Unavailable("nats", f"the snapshot of {stream} broke off: {error!r}") from error
    return Cut(config=answer["config"], state=answer["state"])


async def restore(nc: "Client", cut: Cut, source: Path, *, replicas: int) -> None:
    """Make the stream anew from its file; it must not be there. Raises Unavailable, Terminal."""
    stream = str(cut.config["name"])
    config = {**cut.config, "num_replicas": replicas}
    asked = {"config": config, "state": cut.state}
    subject = (await must(nc, f"STREAM.RESTORE.{stream}", asked))["deliver_subject"]
    try:
        with source.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                _refused(stream, (await nc.request(subject, chunk, timeout=ANSWER_S)).data)
        _refused(stream, (await nc.request(subject, b"", timeout=ANSWER_S)).data)
    except (NatsError, TimeoutError) as error:
        raise Unavailable("nats", f"the restore of {stream} broke off: {error!r}") from error


async def remove(nc: "Client", stream: str) -> None:
    """Delete a stream with all it holds; none there is success. Raises Unavailable, Terminal."""
    await asked(nc, f"STREAM.DELETE.{stream}", {})


async def held(nc: "Client", stream: str) -> int | None:
    """How many messages a stream holds, None where there is no such stream."""
    answer = await asked(nc, f"STREAM.INFO.{stream}", {})
    return None if answer is None else int(answer["state"]["messages"])


async def drop_torn_batch(nc: "Client", stream: str) -> int:
    """Take out an atomic batch that the cut went through; how many messages that were."""
    last = int((await must(nc, f"STREAM.INFO.{stream}", {}))["state"]["last_seq"])
    js = nc.jetstream()
    headers: list[Mapping[str, str]] = []
    while len(headers) < last:
        found = await by_sequence(js, stream, last - len(headers))
        headers.append({} if found is None else found.headers)
        if torn(headers) < len(headers):
            break
    count = torn(headers)
    for seq in range(last - count + 1, last + 1):
        await must(nc, f"STREAM.MSG.DELETE.{stream}", {"seq": seq})
    return count


def torn(newest_first: Sequence[Mapping[str, str]]) -> int:
    """How many of the newest messages are the beginning of a batch that has no end."""
    batch = newest_first[0].get(BATCH) if newest_first else None
    count = 0
    for headers in newest_first:
        if batch is None or headers.get(BATCH) != batch or BATCH_END in headers:
            break
        count += 1
    return count


def _check_end(stream: str, message: "Msg") -> None:
    status = (message.headers or {}).get("Status", "204")
    if status != "204":
        words = (message.headers or {}).get("Description", status)
        raise Unavailable("nats", f"the snapshot of {stream} broke off: {words}")


def _refused(stream: str, body: bytes) -> None:
    error = json.loads(body).get("error") if body else None
    if error is None:
        return
    words = f"{stream} cannot be restored: {error['description']}"
    if any(mark in words for mark in STALLED):
        raise Unavailable("nats", f"{words}; {TOO_SLOW}")
    raise Terminal(words, reason="restore")


async def must(nc: "Client", call: str, body: dict[str, Any]) -> dict[str, Any]:
    """What the server answers; raises Terminal when what is asked about is not there."""
    answer = await asked(nc, call, body)
    if answer is None:
        raise Terminal(f"{call}: not there; run `paperbus topology apply`", reason="topology")
    return answer


async def asked(nc: "Client", call: str, body: dict[str, Any]) -> dict[str, Any] | None:
    """What the server answers; None when it has no such stream or durable."""
    try:
        answer = await nc.request(f"{API}.{call}", json.dumps(body).encode(), timeout=ANSWER_S)
    except (NatsError, TimeoutError) as error:
        raise Unavailable("nats", f"JetStream does not answer on {call}") from error
    data: dict[str, Any] = json.loads(answer.data)
    refused = data.get("error")
    if refused is None:
        return data
    if refused.get("code") == NOT_FOUND:
        return None
    raise Terminal(f"{call}: {refused.get('description')}", reason="topology")
