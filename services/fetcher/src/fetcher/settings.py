"""The settings of the fetcher."""

from typing import Annotated

import msgspec
from msgspec import Meta

from common.settings import BusSettings, ObjectsSettings, RuntimeSettings

Address = Annotated[str, Meta(pattern=r"^https?://[^\s/]+\S*$")]
Positive = Annotated[float, Meta(gt=0, le=86_400)]


class FetcherSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Sources, politeness and limits of the fetcher."""

    feeds_dir: str = "config/feeds"
    """Folder with one TOML file for each feed."""
    arxiv_oai_url: Address = "https://oaipmh.arxiv.org/oai"
    """Where OAI-PMH is spoken."""
    arxiv_api_url: Address = "https://export.arxiv.org/api/query"
    """Where the query API is."""
    arxiv_rss_url: Address = "https://rss.arxiv.org/rss"
    """Where the daily list is."""
    arxiv_pdf_url: Address = "https://export.arxiv.org/pdf"
    """Where PDFs are, the id following."""
    arxiv_contact: Annotated[str, Meta(pattern=r"^$|^[^\s<>()@]+@[^\s<>()@]+$")] = ""
    """Mail address arXiv can write to; part of the User-Agent."""
    arxiv_interval_s: Annotated[float, Meta(ge=0, le=3600)] = 3.0
    """Least time between two requests, over all replicas; arXiv asks for 3."""
    arxiv_stop_s: Positive = 900.0
    """Silence after 403, 429 or 503 that names no time."""
    arxiv_patience_s: Annotated[float, Meta(ge=0, le=300)] = 30.0
    """A shorter silence is waited for in place."""
    arxiv_check_list: bool = False
    """Compare each run with arXiv's list of the day (one more request)."""
    harvest_overlap_days: Annotated[int, Meta(ge=0, le=30)] = 1
    """A harvest begins so many days before the last one ended."""
    harvest_deep_days: Annotated[int, Meta(ge=0, le=60)] = 7
    """Once a day it begins so many days before, to fill gaps of the source."""
    runs_kept: Annotated[int, Meta(ge=1, le=10_000)] = 200
    """Run records kept for each feed."""
    download_pdf: bool = True
    """Download PDFs of papers that no feed decides about, such as those asked for by id."""
    download_max_bytes: Annotated[int, Meta(ge=1_000, le=500_000_000)] = 50_000_000
    """Larger PDFs are not kept."""
    download_timeout_s: Positive = 60.0
    """A download or an answer may take so long in all."""
    download_min_bytes_per_s: Annotated[float, Meta(ge=0)] = 1024.0
    """Slower transfers, measured over ten seconds, are given up."""
    download_workers: Annotated[int, Meta(ge=1, le=64)] = 4
    """PDFs prepared at once; requests to arXiv stay one at a time."""
    folder_poll_s: Positive = 5.0
    """How often folder feeds are looked at."""
    folder_settle_s: Annotated[float, Meta(ge=0, le=3600)] = 2.0
    """A file changed within this time may still be being written."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the fetcher is told from outside."""

    bus: BusSettings
    runtime: RuntimeSettings
    objects: ObjectsSettings
    fetcher: FetcherSettings
