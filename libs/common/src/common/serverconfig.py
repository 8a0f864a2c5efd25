"""Streams, buckets and durables in the server's own terms."""

from typing import Any

from common import topology
from common.advisories import Reaper
from common.topology import Bucket, Consumer, Stream

SECOND = 1_000_000_000
MAX_SERVICE_REPLICAS = 8
DEFAULT_WORKERS = 8


def stream_config(stream: Stream, replicas: int) -> dict[str, Any]:
    """The declared configuration of a stream, in the server's own terms."""
    return {
        "name": stream.name,
        "subjects": list(stream.subjects),
        "retention": stream.retention,
        "storage": "file",
        "discard": stream.discard,
        "max_bytes": stream.max_bytes,
        "max_age": stream.max_age_s * SECOND,
        "max_msgs": -1,
        "max_consumers": -1,
        "duplicate_window": stream.duplicate_window_s * SECOND,
        "num_replicas": replicas,
        "allow_direct": True,
        "allow_atomic": stream.allow_atomic,
        "allow_msg_ttl": stream.allow_msg_ttl,
        "allow_msg_schedules": stream.allow_msg_schedules,
    }


def bucket_config(bucket: Bucket, replicas: int) -> dict[str, Any]:
    """The declared configuration of a bucket: a stream with one message per key."""
    return {
        "name": f"KV_{bucket.name}",
        "subjects": [f"$KV.{bucket.name}.>"],
        "retention": "limits",
        "storage": "file",
        "discard": "new",
        "max_bytes": bucket.max_bytes,
        "max_msgs_per_subject": bucket.history,
        "num_replicas": replicas,
        "allow_direct": True,
        "allow_rollup_hdrs": True,
        "deny_delete": True,
    }


def consumer_config(consumer: Consumer | Reaper, replicas: int) -> dict[str, Any]:
    """The declared configuration of a durable."""
    return {
        "durable_name": consumer.durable,
        "name": consumer.durable,
        "deliver_policy": "all",
        "ack_policy": "explicit",
        "ack_wait": topology.ACK_WAIT_S * SECOND,
        "max_deliver": consumer.max_deliver,
        "filter_subjects": list(consumer.subjects),
        "replay_policy": "instant",
        "max_ack_pending": MAX_SERVICE_REPLICAS * DEFAULT_WORKERS,
        "num_replicas": replicas,
    }
