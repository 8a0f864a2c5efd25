import pytest

from common.errors import UsageError
from common.settings import load
from gateway.settings import Settings, is_loopback

KEY = "k" * 32


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1"])
def test_loopback_needs_no_key(host: str) -> None:
    assert load(Settings, {"GATEWAY_HOST": host}).gateway.gateway_host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.4", "papers.example.org", "::", ""])
def test_any_other_address_needs_a_key(host: str) -> None:
    environ = {"GATEWAY_HOST": host or "0.0.0.0"}
    with pytest.raises(UsageError, match=r"GATEWAY_SHARED_KEY.*is needed"):
        load(Settings, environ)
    assert load(Settings, {**environ, "GATEWAY_SHARED_KEY": KEY}).gateway.gateway_port == 8080


def test_a_short_key_is_refused_with_the_mend() -> None:
    with pytest.raises(UsageError, match=r"has 31 bytes, at least 32.*openssl rand"):
        load(Settings, {"GATEWAY_SHARED_KEY": "k" * 31})


def test_the_key_is_counted_in_bytes() -> None:
    assert load(Settings, {"GATEWAY_SHARED_KEY": "é" * 16}).gateway.gateway_shared_key


@pytest.mark.parametrize(
    ("name", "value"),
    [("GATEWAY_PORT", "0"), ("GATEWAY_PORT", "70000"), ("PUBLIC_URL", "papers.example")],
)
def test_wrong_values_name_the_variable(name: str, value: str) -> None:
    with pytest.raises(UsageError) as told:
        load(Settings, {name: value})
    assert told.value.field == name


def test_a_pdf_that_is_sent_may_cost_so_much() -> None:
    usual = load(Settings, {}).gateway.pdf_limits
    assert (usual.pdf_bytes, usual.memory_bytes) == (20 << 20, 512 << 20)
    assert (usual.cpu_s, usual.wall_s) == (20, 30)
    changed = load(Settings, {"GATEWAY_PDF_MB": "3", "GATEWAY_PDF_WALL_S": "9"}).gateway.pdf_limits
    assert (changed.pdf_bytes, changed.wall_s) == (3 << 20, 9)
    with pytest.raises(UsageError, match="GATEWAY_PDF_MB"):
        load(Settings, {"GATEWAY_PDF_MB": "65"})


def test_the_key_is_never_printed() -> None:
    settings = load(Settings, {"GATEWAY_SHARED_KEY": KEY})
    assert KEY not in repr(settings)


def test_allowed_hosts_are_a_list() -> None:
    settings = load(Settings, {"GATEWAY_ALLOWED_HOSTS": "Papers.example, other.example ,"})
    assert settings.gateway.allowed_hosts == ("papers.example", "other.example")


@pytest.mark.parametrize("host", ["127.0.0.1.evil.example", "localhost.evil", "0.0.0.0", "1"])
def test_lookalikes_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)
