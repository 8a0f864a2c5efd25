"""The tables that name streams, durables and buckets."""

import re

import pytest

from common import events, topology
from common.events import Event, Message


@pytest.mark.parametrize("message", events.ALL_MESSAGES)
def test_every_message_has_exactly_one_stream(message: type[Message]) -> None:
    keepers = [
        stream.name
        for stream in topology.STREAMS
        if any(_matches(pattern, message.subject) for pattern in stream.subjects)
    ]
    assert keepers == [topology.stream_of(message.subject)]


def _matches(pattern: str, subject: str) -> bool:
    regex = re.escape(pattern).replace(r"\*", r"[^.]+").replace(">", ".+")
    return re.fullmatch(regex, subject) is not None


@pytest.mark.parametrize(
    ("subject", "stream"),
    [
        (topology.ledger_subject("a", "b"), "PAPERS"),
        (topology.retry_subject("fetcher", "paper.announced"), "PAPERS"),
        (topology.dead_subject("fetch.requested"), "PAPERS"),
        (f"{topology.SCHEDULE}.feed", "REQUESTS"),
        ("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.PAPERS.x", "ADVISORIES"),
    ],
)
def test_stream_of(subject: str, stream: str) -> None:
    assert topology.stream_of(subject) == stream


@pytest.mark.parametrize("subject", ["", "paper", "paper.unknown", "ledgerx.a", "dead"])
def test_no_stream_keeps_what_is_not_declared(subject: str) -> None:
    with pytest.raises(KeyError, match="no stream keeps"):
        topology.stream_of(subject)


def test_names_are_unique() -> None:
    for names in (
        [stream.name for stream in topology.STREAMS],
        [consumer.durable for consumer in topology.CONSUMERS],
        [bucket.name for bucket in topology.BUCKETS],
        [subject for stream in topology.STREAMS for subject in stream.subjects],
    ):
        assert len(names) == len(set(names))


@pytest.mark.parametrize("consumer", topology.CONSUMERS, ids=lambda c: c.durable)
def test_consumers_fit_together(consumer: topology.Consumer) -> None:
    assert consumer.service in topology.WORKERS
    assert consumer.stream == topology.stream_of(consumer.event.subject)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", consumer.durable)
    if consumer.states is not None:
        assert issubclass(consumer.states, Event)
        assert consumer.states in events.PAPER_EVENTS
        assert consumer.row is not None
    if consumer.row is not None:
        assert issubclass(consumer.event, Event)
        assert consumer.row.startswith(consumer.service)
    assert consumer.deadline_s > topology.ACK_WAIT_S


def test_a_row_has_one_writer_and_states_one_kind_of_fact() -> None:
    rows: dict[str, set[tuple[str, object]]] = {}
    for consumer in topology.CONSUMERS:
        if consumer.row:
            rows.setdefault(consumer.row, set()).add((consumer.service, consumer.states))
    assert all(len(writers) == 1 for writers in rows.values())
    assert set(topology.PIPELINE) <= set(rows)


def test_every_fact_but_the_first_is_stated_by_some_consumer() -> None:
    stated = {consumer.states for consumer in topology.CONSUMERS if consumer.states}
    assert set(events.PAPER_EVENTS) - stated == {events.PaperAnnounced}


def test_the_chain_has_no_dead_end() -> None:
    reached = {events.PaperAnnounced}
    for _ in events.PAPER_EVENTS:
        reached |= {c.states for c in topology.CONSUMERS if c.event in reached and c.states}  # type: ignore[misc]
    assert reached == set(events.PAPER_EVENTS)


def test_replays_reach_one_durable_each() -> None:
    for consumer in topology.CONSUMERS:
        replay = topology.retry_subject(consumer.service, consumer.event.subject)
        listeners = [c.durable for c in topology.CONSUMERS if replay in c.subjects]
        assert listeners == ([consumer.durable] if consumer.stream == topology.PAPERS else [])


def test_consumers_of_and_for() -> None:
    assert [c.durable for c in topology.consumers_of("indexer")] == [
        "indexer-paper-fetched",
        "indexer-index-requested",
        "indexer-summary-ready",
        "indexer-reconcile-requested",
    ]
    assert [c.event.subject for c in topology.consumers_of("gateway")] == [
        "job.reported",
        "tidy.requested",
    ]
    assert topology.consumers_of("nobody") == ()
    assert topology.consumer_for("notifier", events.SummaryReady).row == "notifier"
    with pytest.raises(KeyError, match="notifier takes no fetch"):
        topology.consumer_for("notifier", events.FetchRequested)


def test_subjects() -> None:
    assert topology.ledger_subject("arxiv:1", "fetcher") == "ledger.arxiv:1.fetcher"
    assert topology.retry_subject("indexer", "paper.fetched") == "retry.indexer.paper.fetched"
    assert topology.dead_subject("paper.fetched") == "dead.paper.fetched"
    assert topology.fact_subjects() == (
        "paper.announced",
        "paper.fetched",
        "paper.embedded",
        "summary.ready",
    )


def test_buckets_have_writers() -> None:
    assert all(one.writer in (*topology.WORKERS, topology.EACH) for one in topology.BUCKETS)


def test_limits_leave_room_for_each_other() -> None:
    assert topology.MAX_DELIVER > 2 * topology.MAX_ATTEMPTS
    assert topology.MAX_LETTER_BYTES > topology.MAX_EVENT_BYTES
