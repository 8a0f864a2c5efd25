"""Makes the server match the topology, and tells where it does not (rule N21).

Only ``paperbus topology apply`` changes streams and consumers; services verify and bind.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from nats.errors import Error as NatsError

from common import topology
from common.advisories import REAPERS, Reaper
from common.errors import Terminal, Unavailable
from common.serverconfig import bucket_config, consumer_config, stream_config
from common.topology import Consumer

if TYPE_CHECKING:
    from nats.aio.client import Client

API = "$JS.API"
NOT_FOUND = frozenset((10014, 10059))
SERVICE_UNAVAILABLE = 503

Action = Literal["created", "updated", "unchanged"]


class Step(NamedTuple):
    """One thing the provisioner looked at, and what it did."""

    what: str
    action: Action


class Difference(NamedTuple):
    """A field of the server that is not as declared."""

    what: str
    field: str
    declared: Any
    actual: Any


def _streams(replicas: int) -> Iterator[dict[str, Any]]:
    # Advisories come first, so that none is lost (rule N17).
    for stream in sorted(topology.STREAMS, key=lambda stream: stream.name != topology.ADVISORIES):
        yield stream_config(stream, replicas)
    for bucket in topology.BUCKETS:
        yield bucket_config(bucket, replicas)


def _durables() -> tuple[Consumer | Reaper, ...]:
    return (*REAPERS, *topology.CONSUMERS)


async def apply(nc: "Client", *, replicas: int = 1) -> list[Step]:
    """Create or update all streams, buckets and durables; doing it again changes nothing.

    Raises Terminal when the server refuses, Unavailable when it does not answer.
    """
    steps = [await _apply_stream(nc, config) for config in _streams(replicas)]
    steps += [await _apply_consumer(nc, consumer, replicas) for consumer in _durables()]
    return steps


async def _apply_stream(nc: "Client", config: dict[str, Any]) -> Step:
    name = config["name"]
    found = await _call(nc, f"{API}.STREAM.INFO.{name}", {})
    if found is None:
        await _must(nc, f"{API}.STREAM.CREATE.{name}", config)
        return Step(name, "created")
    if not list(_differences(name, config, found["config"])):
        return Step(name, "unchanged")
    await _must(nc, f"{API}.STREAM.UPDATE.{name}", {**found["config"], **config})
    return Step(name, "updated")


async def _apply_consumer(nc: "Client", consumer: Consumer | Reaper, replicas: int) -> Step:
    config = consumer_config(consumer, replicas)
    found = await _call(nc, f"{API}.CONSUMER.INFO.{consumer.stream}.{consumer.durable}", {})
    differences = [] if found is None else list(_consumer_differences(config, found["config"]))
    if found is not None and not differences:
        return Step(consumer.durable, "unchanged")
    await _must(
        nc,
        f"{API}.CONSUMER.CREATE.{consumer.stream}.{consumer.durable}",
        {"stream_name": consumer.stream, "config": config},
    )
    return Step(consumer.durable, "created" if found is None else "updated")


async def differences(
    nc: "Client", *, service: str | None = None, replicas: int = 1
) -> list[Difference]:
    """Where the server is not as declared; for one service only its durables are looked at."""
    found: list[Difference] = []
    for config in _streams(replicas):
        actual = await _call(nc, f"{API}.STREAM.INFO.{config['name']}", {})
        found += _compare(config["name"], config, actual)
    for consumer in _durables():
        if service in (None, consumer.service):
            path = f"{API}.CONSUMER.INFO.{consumer.stream}.{consumer.durable}"
            actual = await _call(nc, path, {})
            found += _compare(consumer.durable, consumer_config(consumer, replicas), actual)
    return found


def _compare(what: str, config: dict[str, Any], actual: dict[str, Any] | None) -> list[Difference]:
    if actual is None:
        return [Difference(what, "exists", True, False)]
    if "durable_name" in config:
        return list(_consumer_differences(config, actual["config"]))
    return list(_differences(what, config, actual["config"]))


def _consumer_differences(config: dict[str, Any], actual: dict[str, Any]) -> Iterator[Difference]:
    one_filter = actual.get("filter_subject")
    if one_filter and not actual.get("filter_subjects"):
        actual = {**actual, "filter_subjects": [one_filter]}
    return _differences(config["durable_name"], config, actual)


def _differences(what: str, config: dict[str, Any], actual: dict[str, Any]) -> Iterator[Difference]:
    for field, declared in config.items():
        there = actual.get(field, type(declared)())
        if field == "num_replicas":
            there = there or 1
            if there >= declared or "durable_name" in config:
                continue
        if isinstance(declared, list) and sorted(declared) == sorted(there or []):
            continue
        if there != declared:
            yield Difference(what, field, declared, there)


async def _call(nc: "Client", subject: str, body: dict[str, Any]) -> dict[str, Any] | None:
    try:
        answer = await nc.request(subject, json.dumps(body).encode(), timeout=10)
    except (NatsError, TimeoutError) as error:
        raise Unavailable("nats", f"JetStream does not answer on {subject}") from error
    data: dict[str, Any] = json.loads(answer.data)
    refused = data.get("error")
    if refused is None:
        return data
    if refused.get("err_code") in NOT_FOUND:
        return None
    if refused.get("code") == SERVICE_UNAVAILABLE:
        raise Unavailable("nats", f"{subject}: {refused.get('description')}")
    raise Terminal(f"{subject}: {refused.get('description')}", reason="topology")


async def _must(nc: "Client", subject: str, body: dict[str, Any]) -> None:
    if await _call(nc, subject, body) is None:
        raise Terminal(f"{subject}: the server says it is not there", reason="topology")
