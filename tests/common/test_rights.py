"""Rights follow from the topology; what nobody but the operator may do is written here by hand."""

import re
from pathlib import Path

import pytest

from bus_rights import may_publish
from common import rights, topology
from common.rights import USERS, rights_of
from common.topology import OPERATOR

ROOT = Path(__file__).parents[2]
SERVICES = topology.SERVICES


@pytest.mark.parametrize(
    ("user", "facts"),
    [
        ("fetcher", {"paper.announced", "paper.fetched"}),
        ("indexer", {"paper.embedded"}),
        ("summarizer", {"summary.ready"}),
        ("notifier", set()),
        ("gateway", set()),
        (OPERATOR, set()),
    ],
)
def test_a_fact_has_one_author(user: str, facts: set[str]) -> None:
    assert {fact for fact in topology.fact_subjects() if may_publish(user, fact)} == facts


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_writes_its_own_rows_only(service: str) -> None:
    own = {one.row for one in topology.consumers_of(service) if one.row}
    rows = {one.row for one in topology.CONSUMERS if one.row}
    if service == "gateway":
        own = rows  # it takes a person's word that a dead paper is to be given up
    for row in rows:
        assert may_publish(service, topology.ledger_subject("arxiv:1%2E2", row)) is (row in own)


@pytest.mark.parametrize("user", USERS)
def test_buckets_have_one_writer(user: str) -> None:
    written = {b.name for b in topology.BUCKETS if may_publish(user, f"$KV.{b.name}.a.b")}
    own = {bucket.name for bucket in topology.BUCKETS if bucket.writer == user}
    assert written == own
    shared = {b.name for b in topology.BUCKETS if may_publish(user, f"$KV.{b.name}.{user}.b")}
    assert shared - own == {b.name for b in topology.BUCKETS if b.writer == topology.EACH}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "what",
    [
        *("STREAM.CREATE", "STREAM.UPDATE", "STREAM.DELETE", "STREAM.PURGE", "STREAM.SNAPSHOT"),
        *("STREAM.RESTORE", "STREAM.MSG.GET", "STREAM.PEER.REMOVE", "STREAM.LEADER.STEPDOWN"),
    ],
)
def test_no_service_changes_a_stream(service: str, what: str) -> None:
    names = [stream.name for stream in topology.STREAMS]
    names += [f"KV_{bucket.name}" for bucket in topology.BUCKETS]
    assert not [name for name in names if may_publish(service, f"$JS.API.{what}.{name}")]


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_touches_a_durable_of_another(service: str) -> None:
    for one in rights._durables():
        place = f"{one.stream}.{one.durable}"
        for what in ("CREATE", "DELETE", "RESET", "UNPIN", "LEADER.STEPDOWN"):
            assert not may_publish(service, f"$JS.API.CONSUMER.{what}.{place}")
        assert not may_publish(service, f"$JS.API.CONSUMER.CREATE.{place}.paper.fetched")
        assert not may_publish(service, f"$JS.API.CONSUMER.DURABLE.CREATE.{place}")
        own = one.service == service
        for subject in (f"$JS.API.CONSUMER.MSG.NEXT.{place}", f"$JS.ACK.{place}.1.2.3.4.5"):
            assert may_publish(service, subject) is own
        assert may_publish(service, f"$JS.ACK.hub.acc.{place}.1.2.3.4.5") is own


@pytest.mark.parametrize(
    ("service", "takes", "needs_it"),
    [
        ("fetcher", "paper.announced", {"indexer"}),
        ("indexer", "paper.fetched", {"summarizer", "notifier"}),
        ("summarizer", "paper.embedded", {"indexer", "notifier"}),
        ("notifier", "summary.ready", set()),
    ],
)
def test_only_who_mends_or_lacks_the_result_has_work_done_again(
    service: str, takes: str, needs_it: set[str]
) -> None:
    subject = topology.retry_subject(service, takes)
    asking = {user for user in USERS if may_publish(user, subject)}
    assert asking == {service, *needs_it, *rights.JANITORS, "gateway", OPERATOR}


@pytest.mark.parametrize("user", USERS)
def test_nobody_forges_what_the_server_says(user: str) -> None:
    for subject in ("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.PAPERS.x", "$SYS.REQ.SERVER.PING"):
        assert not may_publish(user, subject)
    may_delete = user == OPERATOR  # a restore puts a stream in the place of another
    assert may_publish(user, "$JS.API.STREAM.DELETE.PAPERS") is may_delete
    assert not may_publish(user, "$JS.API.STREAM.PURGE.PAPERS")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_hears_its_own_inbox_only(service: str) -> None:
    assert rights_of(service).subscribe == (f"_INBOX_{service}.>",)


@pytest.mark.parametrize("service", SERVICES)
def test_buckets_a_service_opens_are_buckets_it_may_read(service: str) -> None:
    source = ROOT / "services" / service / "src" / service
    opened = {
        name
        for file in source.rglob("*.py")
        if file.name != "cli.py"  # the operator's own hand
        for name in re.findall(r'\.kv\("(\w+)"\)', file.read_text())
    }
    readable = {
        bucket.name
        for bucket in topology.BUCKETS
        if may_publish(service, f"$JS.API.DIRECT.GET.KV_{bucket.name}.$KV.{bucket.name}.x")
    }
    assert opened <= readable


def test_a_stranger_has_no_rights() -> None:
    with pytest.raises(KeyError):
        rights_of("stranger")


def test_programs_of_no_service_act_as_the_operator() -> None:
    assert [rights.user_of(name) for name in ("indexer", "audit", "topology")] == [
        *("indexer", OPERATOR, OPERATOR)
    ]
