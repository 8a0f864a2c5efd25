"""Settings of the fetcher."""

import pytest

from common.errors import UsageError
from common.settings import load
from fetcher.settings import Settings


def test_defaults_are_polite() -> None:
    own = load(Settings, {}).fetcher
    assert own.arxiv_interval_s == 3.0
    assert own.arxiv_stop_s == 900.0
    assert own.arxiv_oai_url == "https://oaipmh.arxiv.org/oai"
    assert own.download_max_bytes == 50_000_000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ARXIV_OAI_URL", "ftp://x"),
        ("ARXIV_CONTACT", "nobody"),
        ("ARXIV_CONTACT", "a@b) evil"),
        ("ARXIV_INTERVAL_S", "-1"),
        ("DOWNLOAD_MAX_BYTES", "lots"),
        ("DOWNLOAD_WORKERS", "0"),
        ("FOLDER_POLL_S", "0"),
    ],
)
def test_wrong_ones_are_named(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=name):
        load(Settings, {name: value})
