"""Headers and redirects as a polite client reads them."""

from datetime import UTC, datetime

import pytest

from fetcher.manners import retry_after, same_source, user_agent

NOW = datetime(2026, 7, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Tue, 14 Jul 2026 12:05:00 GMT", 300.0),
        ("Tue, 14 Jul 2026 11:00:00 GMT", 0.0),
        ("soon", 900.0),
        ("-5", 900.0),
        ("", 900.0),
        ("99999999999", 86_400.0),
    ],
)
def test_retry_after(value: str, seconds: float) -> None:
    assert retry_after({"retry-after": value}, 900, now=NOW) == seconds


@pytest.mark.parametrize(
    ("url", "target", "same"),
    [
        ("https://export.arxiv.org/pdf/1", "https://arxiv.org/pdf/1v1", True),
        ("https://export.arxiv.org/pdf/1", "http://arxiv.org/pdf/1", False),
        ("http://export.arxiv.org/oai2", "https://oaipmh.arxiv.org/oai", True),
        ("https://arxiv.org/a", "https://arxiv.org.evil.example/a", False),
        ("https://arxiv.org/a", "https://evilarxiv.org/a", False),
        ("https://arxiv.org/a", "file:///etc/passwd", False),
        ("https://arxiv.org/a", "https://169.254.169.254/latest", False),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/b", True),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:4222/b", False),
    ],
)
def test_redirects_stay_with_the_source(url: str, target: str, same: bool) -> None:
    assert same_source(url, target) is same


def test_we_say_who_we_are() -> None:
    assert user_agent("1.2", "me@example.org") == "paperbus/1.2 (mailto:me@example.org)"
    assert user_agent("1.2", "") == "paperbus/1.2"
