"""Probes and metrics over HTTP."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from common.health import LOOP_SILENCE_S, Health, HealthServer
from common.secret import Secret
from common.steady import Steady


class Probe(NamedTuple):
    health: Health
    server: HealthServer

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        url = f"http://127.0.0.1:{self.server.port}{path}"
        asked = urllib.request.Request(url, headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@pytest.fixture
def probe() -> Iterator[Probe]:
    health = Health("tester")
    server = HealthServer(health, "127.0.0.1", 0)
    server.start()
    yield Probe(health, server)
    server.stop()


@pytest.mark.parametrize(
    ("problems", "path", "code", "status"),
    [
        (("starting",), "/health/ready", 503, "loading"),
        (("starting",), "/health/startup", 503, "loading"),
        (("starting",), "/health/live", 200, "ok"),
        ((), "/health/ready", 200, "ok"),
        ((), "/health/ready?verbose=1", 200, "ok"),
        (("nats: no answer",), "/health/ready", 503, "degraded"),
        (("nats: no answer",), "/health/live", 200, "ok"),
    ],
)
def test_probes(probe: Probe, problems: tuple[str, ...], path: str, code: int, status: str) -> None:
    probe.health.report(*problems)
    found, body = probe.get(path)
    said = json.loads(body)
    assert (found, said["status"], said["service"]) == (code, status, "tester")
    if "ready" in path:
        assert said["problems"] == list(problems)


class Whole(NamedTuple):
    """What ``/health`` comes to."""

    code: int
    status: str
    problems: list[str]


@pytest.mark.parametrize(
    ("begun", "looked", "deps", "whole"),
    [
        (False, None, {}, Whole(503, "loading", ["starting"])),
        (True, None, {"nats": "ok"}, Whole(200, "ok", [])),
        (True, None, {"nats": "ok", "llm": "down"}, Whole(200, "degraded", [])),
        (True, ("nats: away",), {"nats": "down"}, Whole(200, "degraded", ["nats: away"])),
        (True, (), {"nats": "ok"}, Whole(200, "ok", [])),
    ],
)
def test_the_whole(
    probe: Probe,
    begun: bool,
    looked: tuple[str, ...] | None,
    deps: dict[str, str],
    *,
    whole: Whole,
) -> None:
    if begun:
        probe.health.report()
    if looked is not None:
        probe.health.look(*looked)
    probe.health.deps = deps
    code, body = probe.get("/health")
    said = json.loads(body)
    assert Whole(code, said["status"], said["problems"]) == whole
    assert (said["deps"], "papers" in said) == (deps, False)
    assert said["version"]


def test_one_failing_look_is_seen_and_several_count(probe: Probe) -> None:
    probe.health._steady = Steady(looks=3, span_s=0)
    probe.health.papers = 7
    probe.health.report()
    for ready in (200, 200, 503):
        probe.health.look("qdrant: https://me:hunter2hunter2@q refused")
        assert probe.get("/health/ready")[0] == ready
    code, body = probe.get("/health")
    assert (code, json.loads(body)["papers"], "hunter2" in body) == (503, 7, False)
    assert probe.get("/health/live")[0] == 200
    probe.health.look()
    assert probe.get("/health/ready")[0] == 200


KEY = "m" * 16


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("", 401),
        (f"Bearer {KEY}", 200),
        (f"bearer {KEY}", 200),
        (f"Bearer {KEY}x", 401),
        (f"Bearer {KEY[:-1]}", 401),
        (f"Basic {KEY}", 401),
        (KEY, 401),
        ("Bearer \u00fc", 401),
    ],
)
def test_metrics_behind_a_key(sent: str, code: int) -> None:
    server = HealthServer(Health("tester"), "127.0.0.1", 0, key=Secret(KEY))
    server.start()
    probe = Probe(Health("tester"), server)
    try:
        headers = {"Authorization": sent} if sent else {}
        assert probe.get("/metrics", **headers)[0] == code
        assert probe.get("/health/live")[0] == 200
    finally:
        server.stop()


def test_a_loop_that_hangs_is_neither_live_nor_ready(probe: Probe) -> None:
    probe.health.report()
    probe.health._beat -= LOOP_SILENCE_S + 1
    assert probe.get("/health/live")[0] == 503
    assert probe.get("/health/ready")[0] == 503
    probe.health.beat()
    assert probe.get("/health/live")[0] == 200


def test_metrics(probe: Probe) -> None:
    probe.health.report()
    code, text = probe.get("/metrics")
    assert code == 200
    assert 'paperbus_ready{service="tester"} 1.0' in text
    probe.health.report("x")
    assert 'paperbus_ready{service="tester"} 0.0' in probe.get("/metrics")[1]


@pytest.mark.parametrize("path", ["/", "/health/", "/healthy", "/metrics/x", "/../etc/passwd"])
def test_other_paths_are_not_found(probe: Probe, path: str) -> None:
    assert probe.get(path)[0] == 404


def test_a_busy_port_is_an_os_error(probe: Probe) -> None:
    with pytest.raises(OSError, match="in use"):
        HealthServer(Health("other"), "127.0.0.1", probe.server.port)


def test_stopping_ends_its_thread() -> None:
    server = HealthServer(Health("tester"), "127.0.0.1", 0)
    server.start()
    assert server._thread.is_alive()
    server.stop()
    server._thread.join(60)
    assert not server._thread.is_alive()
