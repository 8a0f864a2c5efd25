"""Who may reach whom in the cluster: nothing, but for holes with a name."""

from typing import Any

import pytest

from common import topology
from manifests import OVERLAYS, Document, of_kind, pods
from render import code, fleet

PORTS = fleet.load().ports
LABEL = "app.kubernetes.io/component"


def matches(selector: Document, labels: dict[str, str]) -> bool:
    """Whether a label selector chooses a pod."""
    for one in selector.get("matchExpressions", ()):
        assert one["operator"] == "In"
        if labels.get(one["key"]) not in one["values"]:
            return False
    return bool(selector.get("matchLabels", {}).items() <= labels.items())


def component(overlay: str, name: str) -> dict[str, str]:
    """The labels of a pod of that component."""
    for _, template in pods(overlay):
        labels: dict[str, str] = template["metadata"]["labels"]
        if labels[LABEL] == name:
            return labels
    raise AssertionError(f"no pod of {name}")


def allows(rules: list[Any], side: str, other: dict[str, str], port: int) -> bool:
    for rule in rules:
        if port not in {one["port"] for one in rule.get("ports", ())}:
            continue
        for peer in rule[side]:
            if "namespaceSelector" not in peer and matches(peer.get("podSelector", {}), other):
                if "ipBlock" in peer:
                    continue
                return True
    return False


def reaches(overlay: str, who: str, whom: str, port: int) -> bool:
    """Whether both sides let a connection through, as a network plug-in would decide."""
    caller, called = component(overlay, who), component(overlay, whom)
    policies = [one["spec"] for one in of_kind(overlay, "NetworkPolicy")]
    out = any(
        allows(one["egress"], "to", called, port)
        for one in policies
        if matches(one["podSelector"], caller) and "egress" in one
    )
    into = any(
        allows(one["ingress"], "from", caller, port)
        for one in policies
        if matches(one["podSelector"], called) and "ingress" in one
    )
    return out and into


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_nothing_is_allowed_that_has_no_name(overlay: str) -> None:
    (closed,) = [
        one["spec"]
        for one in of_kind(overlay, "NetworkPolicy")
        if one["metadata"]["name"] == "default-deny"
    ]
    assert closed == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize("worker", topology.WORKERS)
def test_a_worker_reaches_the_stores_it_has_settings_for_and_no_other(worker: str) -> None:
    for overlay in OVERLAYS:
        for store in code.STORES.values():
            expected = store in code.stores_of(worker)
            assert reaches(overlay, worker, store, PORTS[store]) is expected, (worker, store)


def test_tasks_reach_what_the_operator_reaches() -> None:
    for store in code.STORES.values():
        assert reaches("prod", "task", store, PORTS[store])
    assert reaches("prod", "task", "gateway", PORTS["gateway"])
    assert reaches("prod", "task", "nats", PORTS["nats_monitor"])
    assert reaches("prod", topology.OPERATOR, "indexer", PORTS["health"])


def test_services_do_not_reach_each_other() -> None:
    for who in topology.SERVICES:
        for whom in topology.SERVICES:
            assert not reaches("prod", who, whom, PORTS["health"]), (who, whom)
        assert not reaches("prod", who, "gateway", PORTS["gateway"]), who


def test_the_servers_of_a_store_reach_each_other() -> None:
    assert reaches("prod", "nats", "nats", PORTS["nats_cluster"])
    assert reaches("prod", "qdrant", "qdrant", PORTS["qdrant_cluster"])
    assert reaches("prod", "objects", "objects", PORTS["objects"])
    assert not reaches("prod", "qdrant", "nats", PORTS["nats"])


def test_only_those_go_outside_who_must_and_never_to_private_addresses() -> None:
    outside = {}
    for one in of_kind("prod", "NetworkPolicy"):
        for rule in one["spec"].get("egress", ()):
            for peer in rule["to"]:
                if "ipBlock" in peer:
                    name = one["spec"]["podSelector"]["matchLabels"][LABEL]
                    outside[name] = {port["port"] for port in rule["ports"]}
                    if peer["ipBlock"]["cidr"] == "0.0.0.0/0":
                        assert "169.254.0.0/16" in peer["ipBlock"]["except"]
                        assert "10.0.0.0/8" in peer["ipBlock"]["except"]
    sizes = {**fleet.load().workers, "task": fleet.load().tasks}
    assert outside == {name: set(size.outbound) for name, size in sizes.items() if size.outbound}
    assert not {"indexer", "gateway"} & set(outside)
