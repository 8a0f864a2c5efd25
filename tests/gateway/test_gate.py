import pytest

from common.secret import Secret
from gateway.gate import LOCAL_NAMES, MAX_FAILURES, Gate, safe_next

KEY = "s" * 40


@pytest.mark.parametrize(
    ("host", "fine"),
    [
        ("localhost", True),
        ("LOCALHOST:8080", True),
        ("127.0.0.1:80", True),
        ("[::1]:8080", True),
        ("papers.example", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example:8080", False),
        ("", False),
    ],
)
def test_hosts(host: str, fine: bool) -> None:
    gate = Gate("", hosts=LOCAL_NAMES, public_url="https://papers.example")
    assert gate.host_allowed(host) is fine


@pytest.mark.parametrize(
    ("headers", "fine"),
    [
        ({"host": "localhost:8080"}, True),
        ({"host": "localhost:8080", "origin": "http://localhost:8080"}, True),
        ({"host": "localhost:8080", "origin": "http://localhost:9090"}, False),
        ({"host": "localhost:8080", "origin": "http://evil.example"}, False),
        ({"host": "localhost:8080", "origin": "null"}, False),
        ({"host": "localhost:8080", "sec-fetch-site": "cross-site"}, False),
        ({"host": "localhost:8080", "sec-fetch-site": "same-site"}, False),
        ({"host": "localhost:8080", "sec-fetch-site": "same-origin"}, True),
        ({"host": "inner:8080", "origin": "https://papers.example"}, True),
    ],
)
def test_origins(headers: dict[str, str], fine: bool) -> None:
    gate = Gate("", hosts=None, public_url="https://papers.example")
    assert gate.origin_allowed(headers) is fine


def test_bearer_keys() -> None:
    gate = Gate(KEY, hosts=None)
    assert gate.admits({"authorization": f"Bearer {KEY}"}, "", 0)
    assert gate.admits({"authorization": f"bearer  {KEY}"}, "", 0)
    for wrong in (f"Bearer {KEY}x", "Bearer ", f"Basic {KEY}", KEY, "Bearer é"):
        assert not gate.admits({"authorization": wrong}, "", 0)


def test_without_a_key_everyone_comes_in_and_no_key_matches() -> None:
    gate = Gate("", hosts=None)
    assert gate.admits({}, "", 0)
    assert not gate.key_matches("")


def test_sessions_end_and_cannot_be_made_or_prolonged() -> None:
    gate = Gate(KEY, hosts=None, session_s=100)
    value = gate.new_session(1000)
    assert gate.session_valid(value, 1099)
    assert not gate.session_valid(value, 1100)
    until, rest = value.split(".", 1)
    assert not gate.session_valid(f"{int(until) + 1}.{rest}", 1000)
    assert not Gate("o" * 40, hosts=None).session_valid(value, 1000)
    for wrong in ("", ".", "..", "9999999999.x.", "é.é.é", value[:-1]):
        assert not gate.session_valid(wrong, 1000)


def test_too_many_wrong_keys_have_to_wait() -> None:
    gate = Gate(KEY, hosts=None)
    for second in range(MAX_FAILURES):
        assert gate.may_try(second)
        gate.failed(second)
    assert not gate.may_try(20)
    assert gate.may_try(90)


@pytest.mark.parametrize(
    "place",
    ["//evil.example", "https://evil.example", "/\\evil.example", "java:x", "", "/a\r\nb"],
)
def test_nobody_is_led_away(place: str) -> None:
    assert safe_next(place) == "/"


def test_own_places_are_kept() -> None:
    assert safe_next("/paper/2401.00001?q=x") == "/paper/2401.00001?q=x"


METRICS = "m" * 20


@pytest.mark.parametrize(
    ("key", "metrics", "sent", "admitted"),
    [
        ("", "", "", True),
        (KEY, "", "", False),
        (KEY, "", KEY, True),
        ("", METRICS, "", False),
        ("", METRICS, METRICS, True),
        (KEY, METRICS, METRICS, True),
        (KEY, METRICS, KEY, True),
        (KEY, METRICS, "x", False),
    ],
)
def test_who_may_read_metrics(key: str, metrics: str, sent: str, admitted: bool) -> None:
    gate = Gate(key, hosts=None, metrics_key=Secret(metrics))
    headers = {"authorization": f"Bearer {sent}"} if sent else {}
    assert gate.admits_scraper(headers, "", 0.0) is admitted
    assert gate.admits(headers, "", 0.0) is (sent == key or not key)
