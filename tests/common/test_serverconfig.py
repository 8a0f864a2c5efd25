"""Declared streams, buckets and durables in the server's own terms."""

import pytest

from common import topology
from common.serverconfig import SECOND, bucket_config, consumer_config, stream_config

STREAMS = {stream.name: stream_config(stream, 1) for stream in topology.STREAMS}


def test_the_log_keeps_everything_and_refuses_rather_than_forgets() -> None:
    papers = STREAMS["PAPERS"]
    assert (papers["discard"], papers["retention"], papers["max_age"]) == ("new", "limits", 0)
    assert (papers["allow_atomic"], papers["allow_direct"], papers["allow_msg_ttl"]) == (
        True,
        True,
        True,
    )
    assert "deny_delete" not in papers, "a dead letter leaves the log when it is replayed"


def test_requests_are_a_work_queue_with_schedules() -> None:
    requests = STREAMS["REQUESTS"]
    assert (requests["retention"], requests["allow_msg_schedules"]) == ("workqueue", True)
    assert requests["discard"] == "old"  # the server refuses schedules with discard=new


@pytest.mark.parametrize("name", list(STREAMS))
def test_every_stream_is_bounded_and_on_disk(name: str) -> None:
    config = STREAMS[name]
    assert config["storage"] == "file"
    assert config["max_bytes"] > 0
    assert config["duplicate_window"] == 600 * SECOND


def test_only_the_log_takes_atomic_batches() -> None:
    assert [name for name, config in STREAMS.items() if config["allow_atomic"]] == ["PAPERS"]


@pytest.mark.parametrize("bucket", topology.BUCKETS, ids=lambda bucket: bucket.name)
def test_a_bucket_is_a_stream_with_one_message_a_key(bucket: topology.Bucket) -> None:
    config = bucket_config(bucket, 3)
    assert config["name"] == f"KV_{bucket.name}"
    assert config["subjects"] == [f"$KV.{bucket.name}.>"]
    assert (config["max_msgs_per_subject"], config["num_replicas"]) == (1, 3)


@pytest.mark.parametrize("consumer", topology.CONSUMERS, ids=lambda consumer: consumer.durable)
def test_a_durable_is_settled_by_hand(consumer: topology.Consumer) -> None:
    config = consumer_config(consumer, 1)
    assert config["ack_policy"] == "explicit"
    assert config["ack_wait"] == topology.ACK_WAIT_S * SECOND
    assert config["max_deliver"] == topology.MAX_DELIVER
    assert config["filter_subjects"] == list(consumer.subjects)
    assert config["max_ack_pending"] >= 64
    assert "backoff" not in config
